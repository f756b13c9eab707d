using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Text;

namespace Goroutines.BuildSubjects;

/// <summary>Loops as people write them. Each method says what it computed.</summary>
public static class PlainLoops
{
    public static string For()
    {
        long sum = 0;
        for (int i = 0; i < 100_000; i++)
        {
            sum += i ^ (i >> 3);
        }

        return $"{sum}";
    }

    public static string ForDown()
    {
        uint mixed = 1;
        for (int i = 5_000; i-- > 0;)
        {
            mixed = (mixed * 31) + (uint)i;
        }

        return $"{mixed}";
    }

    public static string WhileWithBreakAndContinue()
    {
        int number = 27;
        int steps = 0;
        int odd = 0;
        while (true)
        {
            steps++;
            if (number == 1)
            {
                break;
            }

            if ((number & 1) == 0)
            {
                number /= 2;
                continue;
            }

            odd++;
            number = (3 * number) + 1;
        }

        return $"{steps} {odd}";
    }

    public static string DoWhile()
    {
        ulong state = 88172645463325252;
        int rounds = 0;
        do
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            rounds++;
        }
        while ((state & 0xFFF) != 0);
        return $"{state} {rounds}";
    }

    public static string Nested()
    {
        int found = 0;
        for (int a = 1; a < 60; a++)
        {
            for (int b = a; b < 60; b++)
            {
                for (int c = b; c < 90; c++)
                {
                    found += (a * a) + (b * b) == c * c ? 1 : 0;
                }
            }
        }

        return $"{found}";
    }

    public static string ForEach()
    {
        var words = new List<string> { "one", "two", "three", "four" };
        var lengths = new Dictionary<string, int>();
        foreach (string word in words)
        {
            foreach (char letter in word)
            {
                lengths[word] = lengths.GetValueOrDefault(word) + letter;
            }
        }

        var text = new StringBuilder();
        foreach ((string word, int sum) in lengths.OrderBy(pair => pair.Value))
        {
            text.Append(word).Append(sum);
        }

        return text.ToString();
    }

    public static string Spans()
    {
        Span<int> numbers = stackalloc int[300];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (i * 7919) % 1_009;
        }

        for (int i = 1; i < numbers.Length; i++)
        {
            for (int j = i; j > 0 && numbers[j - 1] > numbers[j]; j--)
            {
                (numbers[j - 1], numbers[j]) = (numbers[j], numbers[j - 1]);
            }
        }

        int hash = 17;
        foreach (int number in numbers)
        {
            hash = (hash * 31) + number;
        }

        return $"{hash}";
    }

    public static string FloatingPoint()
    {
        double sum = 0;
        float product = 1;
        for (int i = 1; i < 20_000; i++)
        {
            sum += Math.Sin(i) / i;
            product = (product * 1.0001f) % 3f;
        }

        return $"{sum:R} {product:R}";
    }

    public static string Vectors()
    {
        float[] data = Enumerable.Range(0, 4_096).Select(i => i * 0.25f).ToArray();
        Vector<float> sum = Vector<float>.Zero;
        var weighted = Vector4.Zero;
        for (int i = 0; i <= data.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            sum += new Vector<float>(data, i);
            weighted += new Vector4(data[i], 1, 2, 3) * 0.5f;
        }

        return $"{Vector.Dot(sum, Vector<float>.One):R} {weighted.X:R} {weighted.W:R}";
    }

    public static string DoubleParameter() => $"{Decay(1_000_000, 0.999):R}";

    public static string GotoLoop()
    {
        int i = 0;
        int sum = 0;
    again:
        sum += i * i;
        i++;
        if (i < 1_000)
        {
            goto again;
        }

        return $"{sum}";
    }

    /// <summary>Two ways into one loop: no header dominates it.</summary>
    public static string GotoLoopWithTwoEntries()
    {
        int steps = 0;
        int left = 999;
        if (DateTime.UnixEpoch.Year == 1970)
        {
            goto middle;
        }

    top:
        left -= 2;
        steps++;
    middle:
        left--;
        if (left > 0)
        {
            goto top;
        }

        return $"{steps} {left}";
    }

    private static double Decay(double value, double factor)
    {
        while (value > 1)
        {
            value *= factor;
            factor = Math.Max(0.5, factor - 1e-7);
        }

        return value + factor;
    }
}
