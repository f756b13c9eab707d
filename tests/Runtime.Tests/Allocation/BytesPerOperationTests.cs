using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Goroutines.Tests.TestSupport;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.Allocation;

/// <summary>The hot doors allocate nothing in the steady state: measured in a child process, on all its threads together.</summary>
[TestClass]
public sealed class BytesPerOperationTests
{
    // Not exactly 0: a queue segment or a method compiled again may fall into a round of 200,000 operations, and that is no cost
    // of an operation. 2,000 bytes a round are allowed; one object in a thousand operations would be more.
    private const double BytesMax = 0.01;

    // A waiter of a channel goes aside on the machine where its wait ends, which may not be the one where the next begins. With more
    // machines than cores on a loaded machine one list runs empty while another is full, about once in some thousand operations. A new
    // waiter of 100 bytes in each four hundredth operation would be more than this.
    private const double WaiterBytesMax = 0.25;

    // What the smallest object takes.
    private const double ObjectBytes = 24;

    private static readonly string[] s_processorCounts = ["1", "2", "4", "16"];

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("post-worker")]
    [DataRow("post-outside")]
    [DataRow("go-post-worker")]
    [DataRow("go-post-outside")]
    [DataRow("context-worker")]
    [DataRow("context-outside")]
    [DataRow("raw-local-worker")]
    [DataRow("raw-local-outside")]
    [DataRow("raw-global-worker")]
    [DataRow("raw-global-outside")]
    public async Task Door_CachedItem_AllocatesNothing(string door) => await AssertNothingAllocatedAsync(door);

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("go-yield")]
    [DataRow("go-yield-raw")]
    [DataRow("task-yield")]
    [DataRow("go-delay")]
    [DataRow("go-delay-raw")]
    public async Task Yield_RunningStateMachine_AllocatesNothing(string kind) => await AssertNothingAllocatedAsync(kind);

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("chan-ping-pong")]
    [DataRow("chan-ping-pong-raw")]
    [DataRow("chan-ping-pong-outside")]
    [DataRow("chan-fan-in")]
    [DataRow("chan-watch")]
    [DataRow("select")]
    [DataRow("mutex")]
    public async Task Wait_RunningStateMachine_AllocatesNothing(string kind) => await AssertNothingAllocatedAsync(kind, WaiterBytesMax);

    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("socket")]
    [DataRow("stream-raw")]
    public async Task ReceiveAndSend_Waiting_AllocateNothing(string kind) => await AssertNothingAllocatedAsync(kind);

    // Without this, a measurement that misses the threads that allocate would make all others pass.
    [TestMethod, Timeout(SchedulerTest.LimitMs)]
    [DataRow("allocates-outside")]
    [DataRow("allocates-worker")]
    public async Task Measurement_OperationThatAllocates_IsSeen(string kind)
    {
        foreach (double bytes in await MeasureAsync(kind))
        {
            Assert.IsGreaterThanOrEqualTo(ObjectBytes, bytes);
        }
    }

    private static async Task AssertNothingAllocatedAsync(string kind, double bytesMax = BytesMax)
    {
        IReadOnlyList<double> measured = await MeasureAsync(kind);
        foreach ((string processorCount, double bytes) in s_processorCounts.Zip(measured))
        {
            Assert.IsLessThan(bytesMax, bytes, $"Bytes for each {kind} with {processorCount} processors.");
        }
    }

    private static async Task<IReadOnlyList<double>> MeasureAsync(string kind)
    {
        Child child = await Child.RunAsync(null, ["allocation", kind, .. s_processorCounts]);
        Assert.AreEqual(0, child.ExitCode, child.Errors);
        double[] bytes = Array.ConvertAll(child.Output.Split(Environment.NewLine), Parse);
        Assert.HasCount(s_processorCounts.Length, bytes);
        return bytes;
    }

    private static double Parse(string line) => double.Parse(line, NumberStyles.Float, CultureInfo.InvariantCulture);
}
