using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;
using Goroutines.Compare.Workloads;

namespace Goroutines.Compare.Running;

/// <summary>One turn of one side: runs one workload in this process and prints what it measured as one line.</summary>
internal static class ChildMain
{
    public const string CommandName = "child";

    public static int Run(string workloadName, string side, Scale scale, int processorCount)
    {
        Workload? workload = Catalog.All.FirstOrDefault(candidate => candidate.FullName == workloadName);
        if (workload is null)
        {
            Console.Error.WriteLine($"There is no workload '{workloadName}'.");
            return 2;
        }

        try
        {
            IReadOnlyList<Metric> metrics = side switch
            {
                SideNames.ThreadPool => workload.Run<ThreadPoolSide>(scale),
                SideNames.Goroutines => RunOnGoroutines(workload, scale, processorCount),
                _ => throw new ArgumentException($"There is no side '{side}' in this program.", nameof(side)),
            };
            int[] collections = [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(GC.CollectionCount)];
            Console.WriteLine(JsonSerializer.Serialize(new ChildOutput(metrics, collections), JsonSerializerOptions.Web));
            return 0;
        }
        catch (Exception e)
        {
            // The last line of the standard error is what the parent shows.
            Console.Error.WriteLine(e);
            Console.Error.WriteLine($"{e.GetType().Name}: {e.Message}");
            return 1;
        }
    }

    private static IReadOnlyList<Metric> RunOnGoroutines(Workload workload, Scale scale, int processorCount)
    {
        GoroutinesSide.ProcessorCount = processorCount;
        return workload.Run<GoroutinesSide>(scale);
    }
}
