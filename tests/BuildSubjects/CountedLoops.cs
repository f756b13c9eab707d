using System;
using System.Globalization;
using System.Linq;

namespace Goroutines.BuildSubjects;

/// <summary>Loops that know how many rounds they have to go, with few rounds and with many.</summary>
public static class CountedLoops
{
    private static readonly int[] s_lengths = [0, 1, 2, 3, 4, 5, 7, 100, 1_023, 1_024, 1_025, 5_003, 70_000];

    public static string Arrays() => ForLengths(length =>
    {
        int[] numbers = [.. Enumerable.Range(3, length)];
        long sum = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            sum = (sum * 31) + numbers[i];
        }

        return sum;
    });

    public static string Spans() => ForLengths(length =>
    {
        ReadOnlySpan<int> numbers = Enumerable.Range(3, length).ToArray();
        int odd = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] % 3 == 1)
            {
                odd += i;
            }
        }

        return odd;
    });

    /// <summary>The limit is a variable, and the first number may lie beyond it or far below.</summary>
    public static string Variables() => ForLengths(length =>
    {
        long rounds = 0;
        for (int first = -3; first < 5; first++)
        {
            for (int i = first * 1_000; i < length; i++)
            {
                rounds += i & 3;
            }
        }

        for (int i = int.MaxValue; i < length; i++)
        {
            rounds++;
        }

        return rounds;
    });

    public static string Steps() => ForLengths(length =>
    {
        long sum = length;
        for (int i = 0; i < 1_000; i += 3)
        {
            sum = (sum * 7) ^ i;
        }

        for (int i = -2_000_000; i < 1_000; i += 32)
        {
            sum = (sum * 7) ^ i;
        }

        return sum;
    });

    /// <summary>One after the other: the way out of each leads into the next.</summary>
    public static string Rows() => ForLengths(length =>
    {
        byte[] bytes = new byte[length];
        int i = 0;
        for (; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * 7);
        }

        int j = 0;
        while (j < i && bytes[j] != 200)
        {
            j++;
        }

        int k = 0;
        while (k < j && bytes[k] != 77)
        {
            k++;
        }

        return (i * 31) + (j * 7) + k;
    });

    public static string WaysOut() => ForLengths(length =>
    {
        int[] numbers = [.. Enumerable.Range(3, length)];
        int found = 0;
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < numbers.Length; i++)
            {
                if (numbers[i] == round * 90)
                {
                    found += i;
                    break;
                }

                if ((i & 7) == 3)
                {
                    continue;
                }

                found ^= numbers[i];
                if (found == 123_456)
                {
                    return -round;
                }
            }
        }

        return found;
    });

    /// <summary>Not counted: the limit or the number changes on the way.</summary>
    public static string Changing() => ForLengths(length =>
    {
        long sum = 0;
        int limit = 10;
        for (int i = 0; i < limit; i++)
        {
            limit += limit < length ? 2 : 0;
            sum += i;
        }

        for (int i = 0; i < 10; i++)
        {
            if (sum++ < length)
            {
                i = 0;
            }
        }

        return sum;
    });

    public static string Matrices()
    {
        double[][] left = [.. Enumerable.Range(0, 40).Select(row => Enumerable.Range(row, 40).Select(each => each * 0.5).ToArray())];
        double sum = 0;
        for (int i = 0; i < 40; i++)
        {
            for (int j = 0; j < 40; j++)
            {
                double cell = 0;
                for (int k = 0; k < 40; k++)
                {
                    cell += left[i][k] * left[k][j];
                }

                sum = (sum / 3) + cell;
            }
        }

        return sum.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string ForLengths(Func<int, long> work) =>
        string.Join(' ', s_lengths.Select(length => work(length).ToString(CultureInfo.InvariantCulture)));
}
