// Purpose: Go's classic first program: ten thousand tasks on as many processors as there are CPUs, awaited as a group.
using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using Goroutines;
using Goroutines.Sync;

const int TaskCount = 10_000;
await using var scheduler = new GoScheduler(new GoSchedulerOptions { ProcessorCount = Environment.ProcessorCount });

var messages = new ConcurrentQueue<string>();
var group = new WaitGroup();
long start = Stopwatch.GetTimestamp();
for (int id = 1; id <= TaskCount; id++)
{
    group.Add(1);
    scheduler.Post(task =>
    {
        messages.Enqueue($"Task {task} completed");
        group.Done();
    }, id);
}

await group.WaitAsync();
TimeSpan elapsed = Stopwatch.GetElapsedTime(start);

foreach (string message in messages)
{
    Console.WriteLine(message);
}

Console.WriteLine(
    $"{messages.Count} tasks on {scheduler.ProcessorCount} processors in {elapsed.TotalMilliseconds:F1} ms");
