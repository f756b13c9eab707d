using System.Threading.Channels;
using Goroutines.Channels;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Channels;

/// <summary>The yardstick.</summary>
[TestClass]
public sealed class BclBoundedChannelTests : ChannelContract
{
    protected override int Capacity => Room;

    protected override Channel<T> Create<T>() => Channel.CreateBounded<T>(Room);
}

[TestClass]
public sealed class ChanBoundedTests : ChannelContract
{
    protected override int Capacity => Room;

    protected override Channel<T> Create<T>() => Chan.CreateBounded<T>(Room);
}

[TestClass]
public sealed class ChanUnbufferedTests : ChannelContract
{
    protected override int Capacity => 0;

    protected override Channel<T> Create<T>() => Chan.CreateUnbuffered<T>();
}
