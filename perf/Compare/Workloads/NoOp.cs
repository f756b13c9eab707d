using System.Threading;
using Goroutines.Compare.Measuring;

namespace Goroutines.Compare.Workloads;

/// <summary>The work item that only reports that it ran. One object serves for all of them.</summary>
internal sealed class NoOp : IThreadPoolWorkItem
{
    public static readonly NoOp Item = new();
    public static readonly System.Action Action = Completions.Hit;

    public void Execute() => Completions.Hit();
}
