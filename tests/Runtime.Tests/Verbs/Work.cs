using System;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.Tests.Verbs;

/// <summary>Method groups of every shape the verbs take, static and instance, each telling the probe that it has finished.</summary>
internal sealed class Work(Probe probe)
{
    private static readonly AsyncLocal<Probe?> s_probe = new();

    /// <summary>The probe of the static methods; flows with the ExecutionContext, as Run and Post do.</summary>
    public static Probe Shared
    {
        get => s_probe.Value ?? throw new InvalidOperationException("The ExecutionContext did not flow.");
        set => s_probe.Value = value;
    }

    public static void StaticVoid() => Shared.Finish();

    public static int StaticInt()
    {
        Shared.Finish();
        return 7;
    }

    public static async Task StaticTask()
    {
        await Task.Yield();
        Shared.Finish();
    }

    public static async Task<int> StaticTaskOfInt()
    {
        await Task.Yield();
        Shared.Finish();
        return 7;
    }

    public static async ValueTask StaticValueTask()
    {
        await Task.Yield();
        Shared.Finish();
    }

    public static async ValueTask<int> StaticValueTaskOfInt()
    {
        await Task.Yield();
        Shared.Finish();
        return 7;
    }

    public static void StaticVoidOfState(Probe probe) => probe.Finish();

    public static async Task StaticTaskOfState(Probe probe)
    {
        await Task.Yield();
        probe.Finish();
    }

    public static async ValueTask StaticValueTaskOfState(Probe probe)
    {
        await Task.Yield();
        probe.Finish();
    }

    public void InstanceVoid() => probe.Finish();

    public int InstanceInt()
    {
        probe.Finish();
        return 7;
    }

    public async Task InstanceTask()
    {
        await Task.Yield();
        probe.Finish();
    }

    public async Task<int> InstanceTaskOfInt()
    {
        await Task.Yield();
        probe.Finish();
        return 7;
    }

    public async ValueTask InstanceValueTask()
    {
        await Task.Yield();
        probe.Finish();
    }

    public async ValueTask<int> InstanceValueTaskOfInt()
    {
        await Task.Yield();
        probe.Finish();
        return 7;
    }
}
