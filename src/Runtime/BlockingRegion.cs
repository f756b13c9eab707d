using System;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>A stretch of code that blocks its thread and holds no processor; made by <see cref="Go.EnterBlocking"/>.</summary>
/// <remarks>It stays on the thread that entered it. To dispose it twice does no harm.</remarks>
public readonly ref struct BlockingRegion : IDisposable
{
    private readonly Machine? _machine;
    private readonly int _number;

    private BlockingRegion(Machine machine)
    {
        _machine = machine;
        _number = machine.BlockingNumber;
    }

    /// <summary>Ends the region; may wait until the goroutine may run on. Does nothing when it has ended, or never began.</summary>
    public void Dispose()
    {
        if (_machine is not null && _machine.IsBlocking && _machine.BlockingNumber == _number)
        {
            _machine.Scheduler.ExitBlocking(_machine);
        }
    }

    internal static BlockingRegion Enter() =>
        Machine.Current is { } machine && machine.Scheduler.EnterBlocking(machine, Absence.IsDeclared)
            ? new BlockingRegion(machine)
            : default;
}
