using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ClusterTests;

/// <summary>
/// Goal: Proto.Actor's cluster works with its actors on schedulers. Method: two nodes over loopback with virtual actors; each says whose
/// workers it runs on, and items are counted; then a node is killed.
/// </summary>
[TestClass]
public sealed class ProtoClusterTests
{
    private const int ActorCount = 40;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [TestMethod]
    [Timeout(180_000)]
    public async Task VirtualActors_TwoNodes_RunOnTheirSchedulersAndSurviveAKill()
    {
        var membership = new Membership();
        await using ProtoNode first = await ProtoNode.StartAsync("first", membership);
        await using ProtoNode second = await ProtoNode.StartAsync("second", membership);
        await CheckPlacesAsync(first, second);

        await second.KillAsync();

        string[][] answers = await Task.WhenAll(Enumerable.Range(0, ActorCount).Select(i => AskUntilAnsweredAsync(first, $"actor {i}")));
        foreach (string[] answer in answers)
        {
            Assert.AreEqual("first", answer[1]);
            Assert.AreEqual("first", answer[2]);
        }
    }

    private static async Task CheckPlacesAsync(ProtoNode first, ProtoNode second)
    {
        long[] itemsBefore = [Place.CountItems(first.Scheduler), Place.CountItems(second.Scheduler)];
        var turnCounts = new Dictionary<string, int> { ["first"] = 0, ["second"] = 0 };
        for (int i = 0; i < ActorCount; i++)
        {
            string id = $"actor {i}";
            string[] answer = await AskUntilAnsweredAsync(i % 2 == 0 ? first : second, id);
            Assert.AreEqual(id, answer[0]);
            Assert.IsTrue(turnCounts.ContainsKey(answer[1]), $"{id} ran on {answer[1]}.");
            Assert.AreEqual(answer[1], answer[2], $"{id} was elsewhere after its await.");
            turnCounts[answer[1]]++;
        }

        Assert.IsGreaterThan(0, turnCounts["first"], "No actor lives on the first node.");
        Assert.IsGreaterThan(0, turnCounts["second"], "No actor lives on the second node.");

        // Each actor had a message of its own.
        Assert.IsGreaterThanOrEqualTo(turnCounts["first"], Place.CountItems(first.Scheduler) - itemsBefore[0]);
        Assert.IsGreaterThanOrEqualTo(turnCounts["second"], Place.CountItems(second.Scheduler) - itemsBefore[1]);
    }

    private static async Task<string[]> AskUntilAnsweredAsync(ProtoNode node, string id)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < s_patience)
        {
            if (await node.AskAsync(id, TimeSpan.FromSeconds(3)) is { } answer)
            {
                return answer;
            }
        }

        throw new TimeoutException($"{id} did not answer.");
    }
}
