using System.Threading.Tasks;

namespace Goroutines.Compare.Workloads;

/// <summary>The one message of a game between two actors; whoever holds it may write it.</summary>
internal sealed class Ball(int roundCount)
{
    private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _hitCount;

    /// <summary>Counts a hit. True while the game goes on; every round has two.</summary>
    public bool Hit()
    {
        if (++_hitCount < 2 * roundCount)
        {
            return true;
        }

        _ended.SetResult(_hitCount);
        return false;
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>How often it was hit.</returns>
    public int WaitForEnd() => _ended.Task.GetAwaiter().GetResult();
}
