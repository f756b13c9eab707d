using System;
using System.Threading;

namespace Goroutines.Tests.TestSupport;

/// <summary>A raw-lane item that runs a delegate.</summary>
public sealed class RawItem(Action work) : IThreadPoolWorkItem
{
    public void Execute() => work();
}
