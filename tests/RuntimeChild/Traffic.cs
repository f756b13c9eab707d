using System;
using System.Threading;

namespace Goroutines.RuntimeChild;

/// <summary>Operations of one kind, as many as asked for, made so that only the scheduler under test could allocate for them.</summary>
internal abstract class Traffic : IDisposable
{
    /// <summary>Gets how many operations make a round: arbitrary, and fewer for those that take longer.</summary>
    public virtual int OperationCount => 200_000;

    /// <summary>Makes about so many operations and returns how many it were.</summary>
    public abstract long Run(int operationCount);

    public abstract void Dispose();

    /// <summary>Waits without an object to wait on: that would be an allocation.</summary>
    protected static void Until<T>(T owner, Func<T, bool> condition)
    {
        var spin = default(SpinWait);
        while (!condition(owner))
        {
            spin.SpinOnce();
        }
    }
}
