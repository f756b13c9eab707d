using System.Runtime.CompilerServices;
using System.Threading;

namespace Goroutines.BuildSubjects;

/// <summary>Loops that run until they are told to stop, and so hold up everybody who shares their processor.</summary>
public static class Hogs
{
    private static int s_isStopped;
    private static int s_steps;

    /// <summary>Gets how often a hog has gone round. Written by the hog.</summary>
    public static int Steps => Volatile.Read(ref s_steps);

    public static void Stop() => Volatile.Write(ref s_isStopped, 1);

    public static void Reset() => Volatile.Write(ref s_isStopped, 0);

    /// <summary>Its innermost loop is short and calls nothing that takes long.</summary>
    public static long Compute()
    {
        long sum = 0;
        while (Volatile.Read(ref s_isStopped) == 0)
        {
            s_steps++;
            for (int i = 0; i < 100; i++)
            {
                sum += i ^ (sum >> 3);
            }
        }

        return sum;
    }

    /// <summary>One loop over a call of unknown length.</summary>
    public static long Call()
    {
        long sum = 0;
        while (Volatile.Read(ref s_isStopped) == 0)
        {
            s_steps++;
            sum += Work((int)sum & 1_023);
        }

        return sum;
    }

    /// <summary>One loop whose only way out is an exception.</summary>
    public static long Throw()
    {
        double sum = 1;
        try
        {
            while (true)
            {
                s_steps++;
                sum += 1 / sum;
                if (Volatile.Read(ref s_isStopped) != 0)
                {
                    throw new LockRecursionException();
                }
            }
        }
        catch (LockRecursionException)
        {
            return (long)sum;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Work(int count)
    {
        long sum = 1;
        while (count-- > 0)
        {
            sum = (sum * 31) ^ count;
        }

        return sum;
    }
}
