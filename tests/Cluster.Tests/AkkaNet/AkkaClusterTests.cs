using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ClusterTests;

/// <summary>
/// Goal: Akka.NET's cluster works with its actors and timers on schedulers. Method: two nodes over loopback with sharded entities; each
/// says whose workers it runs on, and items are counted; then the node that does not coordinate is killed.
/// </summary>
[TestClass]
public sealed class AkkaClusterTests
{
    private const int EntityCount = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    [Timeout(180_000)]
    public async Task Sharding_TwoNodes_RunOnTheirSchedulersAndSurviveAKill()
    {
        await using AkkaNode first = await AkkaNode.StartAsync("first");
        await first.JoinAsync(first).WaitAsync(s_patience);
        AkkaNode second = await AkkaNode.StartAsync("second");
        try
        {
            await second.JoinAsync(first).WaitAsync(s_patience);
            await CheckShardsAsync(first, second);
        }
        finally
        {
            await second.KillAsync();
        }

        await CheckSurvivorAsync(first);
    }

    private static async Task CheckShardsAsync(AkkaNode first, AkkaNode second)
    {
        // Answered through the second node: from now on the coordinator knows it and gives it shards.
        await AskUntilAnsweredAsync(second.Region, "first of all");
        long[] itemsBefore = [Place.CountItems(first.Scheduler), Place.CountItems(second.Scheduler)];
        var turnCounts = new Dictionary<string, int> { ["first"] = 0, ["second"] = 0 };
        for (int i = 0; i < EntityCount; i++)
        {
            string id = $"entity {i}";
            string[] answer = await AskUntilAnsweredAsync(i % 2 == 0 ? first.Region : second.Region, id);
            Assert.AreEqual(id, answer[0]);
            Assert.IsTrue(turnCounts.ContainsKey(answer[1]), $"{id} ran on {answer[1]}.");
            Assert.AreEqual(answer[1], answer[2], $"{id} was elsewhere after its await.");
            turnCounts[answer[1]]++;
        }

        Assert.IsGreaterThan(0, turnCounts["first"], "No entity lives on the first node.");
        Assert.IsGreaterThan(0, turnCounts["second"], "No entity lives on the second node.");

        // Each entity had a message of its own.
        Assert.IsGreaterThanOrEqualTo(turnCounts["first"], Place.CountItems(first.Scheduler) - itemsBefore[0]);
        Assert.IsGreaterThanOrEqualTo(turnCounts["second"], Place.CountItems(second.Scheduler) - itemsBefore[1]);
    }

    private static async Task CheckSurvivorAsync(AkkaNode survivor)
    {
        string[][] answers = await Task.WhenAll(
            Enumerable.Range(0, EntityCount).Select(i => AskUntilAnsweredAsync(survivor.Region, $"entity {i}")));

        foreach (string[] answer in answers)
        {
            Assert.AreEqual("first", answer[1]);
            Assert.AreEqual("first", answer[2]);
        }
    }

    // What is sent while a shard moves or its node is dead may be lost: at most once is what Akka.NET promises.
    private static async Task<string[]> AskUntilAnsweredAsync(IActorRef region, string id)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return (await region.Ask<string>(id, TimeSpan.FromSeconds(2))).Split(',');
            }
            catch (AskTimeoutException) when (Stopwatch.GetElapsedTime(start) < s_patience)
            {
                // Asked again.
            }
        }
    }
}
