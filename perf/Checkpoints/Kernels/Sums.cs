using System;
using System.Numerics;

namespace Goroutines.Checkpoints.Kernels;

/// <summary>Loops of a few instructions: what a check can slow down most.</summary>
public static class Sums
{
    private const int Count = 100_000;

    private static readonly int[] s_numbers = Create(Count);
    private static readonly byte[] s_bytes = CreateBytes(Count);
    private static readonly float[] s_left = CreateFloats(Count);
    private static readonly float[] s_right = CreateFloats(Count);

    public static long ArraySum()
    {
        int sum = 0;
        foreach (int number in s_numbers)
        {
            sum += number;
        }

        return sum;
    }

    public static long SpanSum()
    {
        ReadOnlySpan<int> numbers = s_numbers;
        long sum = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            sum += numbers[i];
        }

        return sum;
    }

    public static long SpanCount()
    {
        ReadOnlySpan<byte> bytes = s_bytes;
        int count = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == 17)
            {
                count++;
            }
        }

        return count;
    }

    public static long VectorSum()
    {
        int[] numbers = s_numbers;
        Vector<int> sum = Vector<int>.Zero;
        for (int i = 0; i <= numbers.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            sum += new Vector<int>(numbers, i);
        }

        return Vector.Sum(sum);
    }

    public static long VectorDot()
    {
        ReadOnlySpan<float> left = s_left;
        ReadOnlySpan<float> right = s_right;
        Vector<float> sum = Vector<float>.Zero;
        while (left.Length >= Vector<float>.Count)
        {
            sum += new Vector<float>(left) * new Vector<float>(right);
            left = left[Vector<float>.Count..];
            right = right[Vector<float>.Count..];
        }

        return (long)Vector.Sum(sum);
    }

    public static long DoubleSum()
    {
        double sum = 0;
        for (int i = 0; i < s_left.Length; i++)
        {
            sum += Math.Sqrt(s_left[i]) * s_right[i];
        }

        return (long)sum;
    }

    private static int[] Create(int count)
    {
        var random = new Random(1);
        int[] numbers = new int[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = random.Next(1_000);
        }

        return numbers;
    }

    private static byte[] CreateBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(2).NextBytes(bytes);
        return bytes;
    }

    private static float[] CreateFloats(int count)
    {
        var random = new Random(3);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = random.NextSingle();
        }

        return numbers;
    }
}
