using System;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Goroutines.BuildSubjects;

/// <summary>Throws from inside of woven loops, for what the stack trace says.</summary>
public static class Throwers
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FromAStrip(int[] numbers, int bad)
    {
        int sum = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] == bad)
            {
                throw new InvalidOperationException("bad");
            }

            sum += numbers[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FromACall(string[] words)
    {
        int sum = 0;
        foreach (string word in words)
        {
            sum += int.Parse(
                word,
                System.Globalization.CultureInfo.InvariantCulture);
        }

        return sum + words.Sum(word => word.Length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int AfterALoop(int count)
    {
        int sum = 0;
        while (count > 0)
        {
            sum += count--;
        }

        return sum > 0 ? throw new InvalidOperationException() : sum;
    }
}
