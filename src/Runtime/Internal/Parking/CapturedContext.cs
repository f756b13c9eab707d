using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Internal.Parking;

/// <summary>Where an await goes on, by the BCL's rule.</summary>
internal static class CapturedContext
{
    /// <summary>Returns the current SynchronizationContext, else the current TaskScheduler, else null.</summary>
    public static object? Capture()
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is not null && context.GetType() != typeof(SynchronizationContext))
        {
            return context;
        }

        return TaskScheduler.Current != TaskScheduler.Default ? TaskScheduler.Current : null;
    }
}
