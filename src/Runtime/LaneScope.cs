using System;
using System.Threading;

namespace Goroutines;

/// <summary>Makes another SynchronizationContext current for work that is run in the middle of other work.</summary>
internal readonly struct LaneScope : IDisposable
{
    private readonly SynchronizationContext? _outer;
    private readonly bool _isChanged;

    public LaneScope(SynchronizationContext? context)
    {
        _outer = SynchronizationContext.Current;
        _isChanged = _outer != context;
        if (_isChanged)
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public void Dispose()
    {
        if (_isChanged)
        {
            SynchronizationContext.SetSynchronizationContext(_outer);
        }
    }
}
