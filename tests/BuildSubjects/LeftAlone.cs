using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace Goroutines.BuildSubjects;

/// <summary>What must not be woven, and neighbours that must be.</summary>
public static class LeftAlone
{
    private static readonly int s_sum = Sum([1, 2, 3]);

    static LeftAlone()
    {
        for (int i = 0; i < 3; i++)
        {
            s_sum += i;
        }
    }

    public static int StaticSum => s_sum;

    [NoCheckpoints]
    public static int Marked(int[] numbers)
    {
        int sum = 0;
        foreach (int number in numbers)
        {
            sum += number;
        }

        Func<int> again = () =>
        {
            int count = 0;
            while (count < sum)
            {
                count++;
            }

            return count;
        };
        return again();
    }

    [NoCheckpoints]
    public static async Task<int> MarkedAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
        }

        return count;
    }

    [NoCheckpoints]
    public static IEnumerable<int> MarkedIterator(int count)
    {
        for (int i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    public static int Sum(int[] numbers)
    {
        int sum = 0;
        foreach (int number in numbers)
        {
            sum += number;
        }

        return sum;
    }

    [NoCheckpoints]
    public static class MarkedType
    {
        public static int Count(string text, char wanted)
        {
            int count = 0;
            foreach (char letter in text)
            {
                count += letter == wanted ? 1 : 0;
            }

            return count;
        }

        public static class Inner
        {
            public static int Down(int from)
            {
                while (from > 0)
                {
                    from -= 3;
                }

                return from;
            }
        }
    }
}
