using System.Diagnostics;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>Turns a failing Debug.Assert into a failed test instead of a dead process, on threads that belong to a test.</summary>
[TestClass]
public static class AssertSetup
{
    [AssemblyInitialize]
    public static void ReplaceAssertListener(TestContext context)
    {
        _ = context;
        Trace.Listeners.Clear();
        Trace.Listeners.Add(new ThrowingListener());
    }

    private sealed class ThrowingListener : TraceListener
    {
        public override void Fail(string? message) => throw new AssertFailedException(message ?? "An assertion failed.");

        public override void Fail(string? message, string? detailMessage) =>
            throw new AssertFailedException($"{message} {detailMessage}");

        public override void Write(string? message)
        {
            // Only failures matter here; trace output belongs to no test.
        }

        public override void WriteLine(string? message)
        {
            // Only failures matter here; trace output belongs to no test.
        }
    }
}
