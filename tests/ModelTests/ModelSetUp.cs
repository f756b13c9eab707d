using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;

[assembly: DoNotParallelize]

namespace Goroutines.ModelTests;

/// <summary>Makes a failing Debug.Assert a failure of the execution it happens in, instead of the end of the process.</summary>
[TestClass]
public static class ModelSetUp
{
    [AssemblyInitialize]
    public static void ThrowOnFailedAssert(TestContext context)
    {
        Trace.Listeners.Clear();
        Trace.Listeners.Add(new ThrowingListener());
    }

    private sealed class ThrowingListener : TraceListener
    {
        public override void Fail(string? message, string? detailMessage) =>
            throw new AssertFailedException($"Debug.Assert: {message} {detailMessage}");

        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
        }
    }
}
