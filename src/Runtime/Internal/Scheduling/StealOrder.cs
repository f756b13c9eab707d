using System.Collections.Generic;

namespace Goroutines.Internal.Scheduling;

/// <summary>Walks over all processors once, from a random start with a random stride coprime to their number.</summary>
/// <remarks>Go's stealOrder (runtime/proc.go): every start and stride gives another permutation, without a shuffled array.</remarks>
internal sealed class StealOrder
{
    private readonly int _count;
    private readonly int[] _strides;

    public StealOrder(int count)
    {
        _count = count;
        var strides = new List<int>();
        for (int stride = 1; stride <= count; stride++)
        {
            if (GreatestCommonDivisor(stride, count) == 1)
            {
                strides.Add(stride);
            }
        }

        _strides = strides.ToArray();
    }

    /// <summary>Gets how many strides there are.</summary>
    public int StrideCount => _strides.Length;

    /// <summary>Starts a walk; different numbers start different walks.</summary>
    public Walk Start(uint number)
    {
        uint stride = number / (uint)_count % (uint)_strides.Length;
        return new Walk(_count, (int)(number % (uint)_count), _strides[(int)stride]);
    }

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }

    /// <summary>One walk over all positions.</summary>
    internal struct Walk
    {
        private readonly int _count;
        private readonly int _stride;
        private int _left;

        public Walk(int count, int start, int stride)
        {
            _count = count;
            _stride = stride;
            _left = count;
            Position = start;
        }

        /// <summary>Gets the position to visit.</summary>
        public int Position { get; private set; }

        /// <summary>Gets whether <see cref="Position"/> is still to be visited.</summary>
        public readonly bool HasPosition => _left > 0;

        public void Advance()
        {
            _left--;
            Position = (Position + _stride) % _count;
        }
    }
}
