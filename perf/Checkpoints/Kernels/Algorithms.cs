using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace Goroutines.Checkpoints.Kernels;

/// <summary>Sorting, hashing, sieving, LINQ: loops with branches, calls and iterators.</summary>
public static class Algorithms
{
    private static readonly int[] s_numbers = CreateNumbers();
    private static readonly byte[] s_bytes = CreateBytes();

    public static long QuickSort()
    {
        int[] numbers = [.. s_numbers];
        Sort(numbers, 0, numbers.Length - 1);
        return numbers[100] + numbers[^100];
    }

    /// <summary>Merge sort of any type by a comparer.</summary>
    public static long MergeSort()
    {
        int[] numbers = [.. s_numbers];
        Sort(numbers, new int[numbers.Length], Comparer<int>.Default);
        return numbers[100] + numbers[^100];
    }

    public static long Fnv()
    {
        uint hash = 2_166_136_261;
        foreach (byte each in s_bytes)
        {
            hash = (hash ^ each) * 16_777_619;
        }

        return hash;
    }

    /// <summary>The compression loop of SHA-256 over a message schedule.</summary>
    public static long Sha256()
    {
        Span<uint> schedule = stackalloc uint[64];
        Span<uint> state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        for (int start = 0; start + 64 <= 32_768; start += 64)
        {
            Compress(s_bytes.AsSpan(start, 64), schedule, state);
        }

        return state[0] ^ state[7];
    }

    public static long Sieve()
    {
        bool[] isComposite = new bool[100_000];
        int count = 0;
        for (int i = 2; i < isComposite.Length; i++)
        {
            if (!isComposite[i])
            {
                count++;
                for (long j = (long)i * i; j < isComposite.Length; j += i)
                {
                    isComposite[j] = true;
                }
            }
        }

        return count;
    }

    public static long Linq() => s_numbers
        .Where(number => number % 3 != 0)
        .Select(number => (Key: number & 255, Value: number >> 8))
        .GroupBy(pair => pair.Key)
        .Select(group => group.Sum(pair => (long)pair.Value) * group.Key)
        .OrderByDescending(sum => sum)
        .Take(40)
        .Sum();

    /// <summary>Iterators written by hand, one behind the other.</summary>
    public static long Iterators()
    {
        long sum = 0;
        foreach (int number in TakeEven(Shift(s_numbers, 3)))
        {
            sum += number;
        }

        return sum;
    }

    public static long Dictionary()
    {
        var counts = new Dictionary<int, int>();
        foreach (int number in s_numbers)
        {
            counts[number & 4_095] = counts.GetValueOrDefault(number & 4_095) + 1;
        }

        long sum = 0;
        foreach ((int key, int count) in counts)
        {
            sum += key * count;
        }

        return sum;
    }

    private static IEnumerable<int> Shift(IEnumerable<int> numbers, int by)
    {
        foreach (int number in numbers)
        {
            yield return number >> by;
        }
    }

    private static IEnumerable<int> TakeEven(IEnumerable<int> numbers)
    {
        foreach (int number in numbers)
        {
            if ((number & 1) == 0)
            {
                yield return number;
            }
        }
    }

    private static void Sort(int[] numbers, int first, int last)
    {
        while (first < last)
        {
            int pivot = numbers[(first + last) >>> 1];
            int i = first;
            int j = last;
            while (i <= j)
            {
                while (numbers[i] < pivot)
                {
                    i++;
                }

                while (numbers[j] > pivot)
                {
                    j--;
                }

                if (i <= j)
                {
                    (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
                    i++;
                    j--;
                }
            }

            Sort(numbers, first, j);
            first = i;
        }
    }

    private static void Sort<T>(Span<T> items, Span<T> buffer, IComparer<T> comparer)
    {
        if (items.Length < 2)
        {
            return;
        }

        int half = items.Length / 2;
        Sort(items[..half], buffer[..half], comparer);
        Sort(items[half..], buffer[half..], comparer);
        items.CopyTo(buffer);
        int left = 0;
        int right = half;
        for (int i = 0; i < items.Length; i++)
        {
            bool takesLeft = right == items.Length || (left < half && comparer.Compare(buffer[left], buffer[right]) <= 0);
            items[i] = takesLeft ? buffer[left++] : buffer[right++];
        }
    }

    private static void Compress(ReadOnlySpan<byte> block, Span<uint> schedule, Span<uint> state)
    {
        for (int i = 0; i < 16; i++)
        {
            schedule[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        }

        for (int i = 16; i < 64; i++)
        {
            uint x = schedule[i - 15];
            uint y = schedule[i - 2];
            schedule[i] = schedule[i - 16] + schedule[i - 7]
                + (BitOperations.RotateRight(x, 7) ^ BitOperations.RotateRight(x, 18) ^ (x >> 3))
                + (BitOperations.RotateRight(y, 17) ^ BitOperations.RotateRight(y, 19) ^ (y >> 10));
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; i++)
        {
            uint upper = h + (BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25))
                + ((e & f) ^ (~e & g)) + (0x428a2f98u + ((uint)i * 0x9e3779b9u)) + schedule[i];
            uint lower = (BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22))
                + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + upper, c, b, a, upper + lower);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static int[] CreateNumbers()
    {
        var random = new Random(5);
        int[] numbers = new int[20_000];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = random.Next();
        }

        return numbers;
    }

    private static byte[] CreateBytes()
    {
        byte[] bytes = new byte[65_536];
        new Random(6).NextBytes(bytes);
        return bytes;
    }
}
