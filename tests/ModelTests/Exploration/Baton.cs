using System.Threading;

namespace Goroutines.ModelTests.Exploration;

/// <summary>One waits until another one has passed it the baton; once for each time it was passed.</summary>
internal sealed class Baton
{
    private readonly object _gate = new();
    private int _passedCount;

    public void Pass()
    {
        lock (_gate)
        {
            _passedCount++;
            Monitor.Pulse(_gate);
        }
    }

    public void Await()
    {
        lock (_gate)
        {
            while (_passedCount == 0)
            {
                Monitor.Wait(_gate);
            }

            _passedCount--;
        }
    }
}
