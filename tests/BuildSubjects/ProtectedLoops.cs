using System;
using System.Globalization;
using System.IO;

namespace Goroutines.BuildSubjects;

/// <summary>Loops in, around and across try blocks, catches, filters and finally blocks.</summary>
public static class ProtectedLoops
{
    public static string LoopAroundTry()
    {
        int caught = 0;
        int finished = 0;
        for (int i = 0; i < 30; i++)
        {
            try
            {
                if (i % 3 == 0)
                {
                    throw new InvalidDataException();
                }

                if (i % 5 == 0)
                {
                    continue;
                }
            }
            catch (InvalidDataException)
            {
                caught++;
                continue;
            }
            finally
            {
                finished++;
            }

            finished += 1_000;
        }

        return $"{caught} {finished}";
    }

    public static string RetryByGotoOutOfACatch()
    {
        int attempts = 0;
    again:
        try
        {
            attempts++;
            if (attempts < 7)
            {
                throw new FormatException();
            }
        }
        catch (FormatException)
        {
            goto again;
        }

        return $"{attempts}";
    }

    public static string LoopInTryThatStartsIt()
    {
        int i = 0;
        double sum = 0.5;
        try
        {
            while (true)
            {
                sum += 1.0 / ++i;
                if (i == 5_000)
                {
                    throw new OverflowException();
                }
            }
        }
        catch (OverflowException)
        {
            return $"{i} {sum:R}";
        }
    }

    public static string LoopInCatch()
    {
        long sum = 0;
        try
        {
            throw new IOException();
        }
        catch (IOException)
        {
            for (int i = 0; i < 2_000; i++)
            {
                sum += i;
            }
        }

        return $"{sum}";
    }

    public static string LoopInFinally()
    {
        long sum = 0;
        for (int round = 0; round < 3; round++)
        {
            try
            {
                sum += round;
            }
            finally
            {
                for (int i = 0; i < 2_000; i++)
                {
                    sum += i;
                }
            }
        }

        return $"{sum}";
    }

    public static string FilterInLoop()
    {
        int taken = 0;
        int passed = 0;
        for (int i = 0; i < 20; i++)
        {
            try
            {
                try
                {
                    throw new ArgumentException(i.ToString(CultureInfo.InvariantCulture));
                }
                catch (ArgumentException problem) when (SumOfDigits(problem.Message) % 2 == 0)
                {
                    taken += i;
                }
            }
            catch (ArgumentException)
            {
                passed += i;
            }
        }

        return $"{taken} {passed}";
    }

    public static string NestedTryLoops()
    {
        string text = string.Empty;
        for (int i = 0; i < 4; i++)
        {
            try
            {
                for (int j = 0; j < 4; j++)
                {
                    try
                    {
                        if (i == j)
                        {
                            throw new TimeoutException();
                        }

                        text += j;
                    }
                    catch (TimeoutException) when (i < 3)
                    {
                        text += '-';
                    }
                }
            }
            catch (TimeoutException)
            {
                text += '!';
            }
        }

        return text;
    }

    public static string LockAndUsingInLoop()
    {
        var gate = new object();
        int sum = 0;
        for (int i = 0; i < 500; i++)
        {
            lock (gate)
            {
                using var reader = new StringReader("a\nbb\nccc");
                while (reader.ReadLine() is { } line)
                {
                    sum += line.Length;
                }
            }
        }

        return $"{sum}";
    }

    private static int SumOfDigits(string text)
    {
        int sum = 0;
        foreach (char digit in text)
        {
            sum += digit - '0';
        }

        return sum;
    }
}
