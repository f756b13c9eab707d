using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

namespace Goroutines.BuildSubjects;

/// <summary>Loops the compiler takes apart: async methods, iterators, lambdas, local functions, generic and nested types.</summary>
public static class MachineLoops
{
    public static string AsyncLoop() => AwaitManyAsync(300).GetAwaiter().GetResult();

    public static string AsyncStream() => ReadStreamAsync().GetAwaiter().GetResult();

    public static string Iterator() => string.Join(',', Primes().TakeWhile(prime => prime < 200));

    public static string IteratorWithFinally()
    {
        var log = new List<string>();
        foreach (int number in CountDown(log))
        {
            log.Add($"{number}");
        }

        return string.Join(' ', log);
    }

    public static string Lambda()
    {
        int captured = 3;
        Func<int, int> power = exponent =>
        {
            int result = 1;
            while (exponent-- > 0)
            {
                result *= captured;
            }

            return result;
        };
        return $"{power(10)}";
    }

    public static string LocalFunction()
    {
        return $"{Gcd(1_071_000, 462_462)}";

        static int Gcd(int left, int right)
        {
            while (right != 0)
            {
                (left, right) = (right, left % right);
            }

            return left;
        }
    }

    public static string GenericMethod() => $"{CountEqual<string>(["a", "b", "a"], "a")} {CountEqual([1, 2, 3, 2], 2)}";

    public static string GenericNestedType()
    {
        var outer = new Outer<double>.Inner<int>();
        for (int i = 0; i < 50; i++)
        {
            outer.Add(i * 0.5, i);
        }

        return outer.Describe();
    }

    private static async Task<string> AwaitManyAsync(int count)
    {
        double sum = 0;
        int caught = 0;
        for (int i = 0; i < count; i++)
        {
            try
            {
                await Task.Yield();
                for (int j = 0; j < 10; j++)
                {
                    sum += await ValueTask.FromResult(i * 0.25) + j;
                }

                if (i % 10 == 0)
                {
                    throw new InvalidOperationException();
                }
            }
            catch (InvalidOperationException) when (i > 50)
            {
                caught++;
                await Task.Yield();
            }
            catch (InvalidOperationException)
            {
                caught += 100;
            }
        }

        return $"{sum:R} {caught}";
    }

    private static async Task<string> ReadStreamAsync()
    {
        int sum = 0;
        await foreach (int number in ProduceAsync())
        {
            sum += number;
        }

        return $"{sum}";
    }

    private static async IAsyncEnumerable<int> ProduceAsync()
    {
        for (int i = 0; i < 100; i++)
        {
            if (i % 7 == 0)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }

    private static IEnumerable<int> Primes()
    {
        for (int candidate = 2; ; candidate++)
        {
            bool isPrime = true;
            for (int divisor = 2; divisor * divisor <= candidate && isPrime; divisor++)
            {
                isPrime = candidate % divisor != 0;
            }

            if (isPrime)
            {
                yield return candidate;
            }
        }
    }

    private static IEnumerable<int> CountDown(List<string> log)
    {
        try
        {
            for (int i = 5; i > 0; i--)
            {
                yield return i;
            }
        }
        finally
        {
            log.Add("end");
        }
    }

    private static int CountEqual<T>(T[] items, T wanted)
        where T : IEquatable<T>
    {
        int count = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].Equals(wanted))
            {
                count++;
            }
        }

        return count;
    }

    private static class Outer<T>
        where T : struct
    {
        public sealed class Inner<TKey>
        {
            private readonly List<(T Value, TKey Key)> _entries = [];

            public void Add(T value, TKey key) => _entries.Add((value, key));

            public string Describe()
            {
                string text = string.Empty;
                T last = default;
                for (int i = 0; i < _entries.Count; i += 9)
                {
                    last = _entries[i].Value;
                    text += _entries[i].Key;
                }

                return text + last;
            }
        }
    }
}
