using System;

namespace Goroutines.Checkpoints.Kernels;

/// <summary>Matrix multiplication in three layouts, and other nests of loops over numbers.</summary>
public static class Matrices
{
    private const int Size = 120;

    private static readonly double[][] s_left = Create(1);
    private static readonly double[][] s_right = Create(2);
    private static readonly double[] s_flatLeft = Flatten(s_left);
    private static readonly double[] s_flatRight = Flatten(s_right);

    /// <summary>Rows times rows of the transposed matrix.</summary>
    public static long MultiplyDot()
    {
        double trace = 0;
        for (int i = 0; i < Size; i++)
        {
            double[] left = s_left[i];
            for (int j = 0; j < Size; j++)
            {
                double[] right = s_right[j];
                double sum = 0;
                for (int k = 0; k < left.Length; k++)
                {
                    sum += left[k] * right[k];
                }

                trace += sum;
            }
        }

        return (long)trace;
    }

    /// <summary>Arrays of arrays, as in a textbook.</summary>
    public static long MultiplyJagged()
    {
        double[][] left = s_left;
        double[][] right = s_right;
        double[][] product = new double[Size][];
        for (int i = 0; i < Size; i++)
        {
            product[i] = new double[Size];
            for (int j = 0; j < Size; j++)
            {
                double sum = 0;
                for (int k = 0; k < Size; k++)
                {
                    sum += left[i][k] * right[k][j];
                }

                product[i][j] = sum;
            }
        }

        return (long)product[7][9];
    }

    /// <summary>One array with computed indices, rows of the product added up.</summary>
    public static long MultiplyFlat()
    {
        double[] left = s_flatLeft;
        double[] right = s_flatRight;
        double[] product = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            for (int k = 0; k < Size; k++)
            {
                double factor = left[(i * Size) + k];
                for (int j = 0; j < Size; j++)
                {
                    product[(i * Size) + j] += factor * right[(k * Size) + j];
                }
            }
        }

        return (long)product[77];
    }

    public static long Mandelbrot()
    {
        long total = 0;
        for (int y = 0; y < 60; y++)
        {
            for (int x = 0; x < 60; x++)
            {
                double cr = (x / 30.0) - 1.5;
                double ci = (y / 30.0) - 1;
                double zr = 0;
                double zi = 0;
                int steps = 0;
                while (steps < 200 && (zr * zr) + (zi * zi) < 4)
                {
                    (zr, zi) = ((zr * zr) - (zi * zi) + cr, (2 * zr * zi) + ci);
                    steps++;
                }

                total += steps;
            }
        }

        return total;
    }

    /// <summary>The edit distance of two texts by dynamic programming.</summary>
    public static long EditDistance()
    {
        string left = s_text[..600];
        string right = s_text[300..900];
        int[] above = new int[right.Length + 1];
        int[] row = new int[right.Length + 1];
        for (int j = 0; j <= right.Length; j++)
        {
            above[j] = j;
        }

        for (int i = 1; i <= left.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above[j], row[j - 1]) + 1);
            }

            (above, row) = (row, above);
        }

        return above[right.Length];
    }

    private static readonly string s_text = CreateText();

    private static string CreateText()
    {
        var random = new Random(4);
        return string.Create(1_000, random, (text, source) =>
        {
            for (int i = 0; i < text.Length; i++)
            {
                text[i] = (char)('a' + source.Next(6));
            }
        });
    }

    private static double[][] Create(int seed)
    {
        var random = new Random(seed);
        double[][] rows = new double[Size][];
        for (int i = 0; i < Size; i++)
        {
            rows[i] = new double[Size];
            for (int j = 0; j < Size; j++)
            {
                rows[i][j] = random.NextDouble();
            }
        }

        return rows;
    }

    private static double[] Flatten(double[][] rows)
    {
        double[] flat = new double[Size * Size];
        for (int i = 0; i < Size; i++)
        {
            rows[i].CopyTo(flat, i * Size);
        }

        return flat;
    }
}
