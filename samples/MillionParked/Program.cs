// Purpose: park a million goroutines at once, print what one costs, then wake them all.
using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Goroutines;

int count = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000;

var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var allParked = new CountdownEvent(count);
var goroutines = new Task[count];
long heapBefore = GC.GetTotalMemory(forceFullCollection: true);
long start = Stopwatch.GetTimestamp();

for (int i = 0; i < count; i++)
{
    goroutines[i] = Go.Run(async () =>
    {
        Task opened = gate.Task;
        allParked.Signal();
        await opened;
    });
}

allParked.Wait();
TimeSpan parkTime = Stopwatch.GetElapsedTime(start);
long heapGrowth = GC.GetTotalMemory(forceFullCollection: true) - heapBefore;
Console.WriteLine($"{count:N0} goroutines parked in {parkTime.TotalSeconds:F2} s");
int threadCount = Process.GetCurrentProcess().Threads.Count;
Console.WriteLine($"{heapGrowth / count} bytes per goroutine, {threadCount} threads in the process");

start = Stopwatch.GetTimestamp();
gate.SetResult();
await Task.WhenAll(goroutines);
Console.WriteLine($"all woken and finished in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
