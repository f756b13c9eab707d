using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Goroutines.BuildSubjects;

/// <summary>Loops over pointers and references, jump tables, and bodies too long for short branches.</summary>
public static class LowLoops
{
    public static unsafe string Pointers()
    {
        byte[] data = new byte[3_000];
        uint hash = 2_166_136_261;
        fixed (byte* start = data)
        {
            for (byte* at = start; at < start + data.Length; at++)
            {
                *at = (byte)((at - start) * 37);
            }

            for (byte* at = start, end = start + data.Length; at != end; at++)
            {
                hash = (hash ^ *at) * 16_777_619;
            }
        }

        return $"{hash}";
    }

    public static string References()
    {
        int[] numbers = [5, 3, 8, 1, 9, 2];
        ref int at = ref MemoryMarshal.GetArrayDataReference(numbers);
        int sum = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            sum = (sum * 10) + at;
            at = ref Unsafe.Add(ref at, 1);
        }

        return $"{sum}";
    }

    public static string RefLocalInLoop()
    {
        double[] cells = new double[64];
        double total = 0;
        for (int i = 0; i < 1_000; i++)
        {
            ref double cell = ref cells[i & 63];
            cell += i * 0.125;
            total += cell;
        }

        return $"{total:R}";
    }

    /// <summary>A local whose address is taken: it changes behind the back of any copy.</summary>
    public static unsafe string ExposedDouble()
    {
        double value = 1;
        double* at = &value;
        for (int i = 0; i < 4_000; i++)
        {
            *at += 0.5;
            value *= 0.999;
        }

        return $"{value:R}";
    }

    public static string JumpTable()
    {
        const string Program = "+++>+<-+.>*.[";
        int[] cells = new int[4];
        int cell = 0;
        string output = string.Empty;
        for (int round = 0; round < 40; round++)
        {
            foreach (char symbol in Program)
            {
                switch (symbol)
                {
                    case '*': cells[cell] *= 2; break;
                    case '+': cells[cell]++; break;
                    case ',': continue;
                    case '-': cells[cell]--; break;
                    case '.': output += (char)('a' + (cells[cell] & 15)); break;
                    case '<': cell = (cell + 3) & 3; break;
                    case '>': cell = (cell + 1) & 3; break;
                    default: goto next;
                }
            }

        next:;
        }

        return output;
    }

    /// <summary>The jump back spans several hundred bytes of code.</summary>
    public static string LongBody()
    {
        ulong a = 1, b = 2, c = 3, d = 4;
        for (int i = 0; i < 300; i++)
        {
            a = (a * 6_364_136_223_846_793_005) + b; b ^= a >> 17; c += a ^ b; d = (d << 5) | (d >> 59);
            b = (b * 6_364_136_223_846_793_005) + c; c ^= b >> 17; d += b ^ c; a = (a << 5) | (a >> 59);
            c = (c * 6_364_136_223_846_793_005) + d; d ^= c >> 17; a += c ^ d; b = (b << 5) | (b >> 59);
            d = (d * 6_364_136_223_846_793_005) + a; a ^= d >> 17; b += d ^ a; c = (c << 5) | (c >> 59);
            a = (a * 6_364_136_223_846_793_005) + b; b ^= a >> 17; c += a ^ b; d = (d << 5) | (d >> 59);
            b = (b * 6_364_136_223_846_793_005) + c; c ^= b >> 17; d += b ^ c; a = (a << 5) | (a >> 59);
            c = (c * 6_364_136_223_846_793_005) + d; d ^= c >> 17; a += c ^ d; b = (b << 5) | (b >> 59);
            d = (d * 6_364_136_223_846_793_005) + a; a ^= d >> 17; b += d ^ a; c = (c << 5) | (c >> 59);
            if ((a & 1_023) == 7)
            {
                continue;
            }

            d ^= (ulong)i;
        }

        return $"{a} {b} {c} {d}";
    }

    public static string GenericMathAndStackAlloc()
    {
        Span<long> fibonacci = stackalloc long[90];
        fibonacci[1] = 1;
        for (int i = 2; i < fibonacci.Length; i++)
        {
            fibonacci[i] = fibonacci[i - 1] + fibonacci[i - 2];
        }

        return $"{fibonacci[^1]} {HashCode.Combine(1) == HashCode.Combine(1)}";
    }
}
