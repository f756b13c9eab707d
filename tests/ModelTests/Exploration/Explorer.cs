using System;
using System.Collections.Generic;
using System.Linq;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Runs a scenario again and again, each time with other choices, until one fails or the bound is reached.</summary>
internal sealed class Explorer
{
    private const int LogLineCountMax = 150;

    private readonly List<BatonThread> _carriers = new();
    private readonly Action<Simulation> _build;
    private readonly MemoryOrder _order;
    private readonly Weakening? _weakening;

    /// <param name="build">Sets up memory, threads and checks; called once for each execution.</param>
    /// <param name="order">How stores reach memory.</param>
    /// <param name="weakening">The seeded bug, or null.</param>
    public Explorer(Action<Simulation> build, MemoryOrder order, Weakening? weakening = null)
    {
        _build = build;
        _order = order;
        _weakening = weakening;
    }

    public ExplorationResult Explore(IStrategy strategy, int executionCountMax)
    {
        int count = 0;
        while (count < executionCountMax)
        {
            if (!strategy.TryBegin())
            {
                return new ExplorationResult(strategy.Describe(), count, IsExhaustive: true, Failure: null);
            }

            count++;
            Simulation simulation = RunOnce(strategy, log: null);
            if (simulation.Failure is not null)
            {
                string failure = Explain(simulation);
                return new ExplorationResult(strategy.Describe(), count, IsExhaustive: false, failure);
            }
        }

        return new ExplorationResult(strategy.Describe(), count, IsExhaustive: false, Failure: null);
    }

    private Simulation RunOnce(IStrategy strategy, List<string>? log)
    {
        var simulation = new Simulation(strategy, _order, _weakening, _carriers) { Log = log };
        _build(simulation);
        simulation.Run();
        return simulation;
    }

    // Runs the failing execution a second time, with a log.
    private string Explain(Simulation failed)
    {
        var replay = new ReplayStrategy(failed.Choices);
        replay.TryBegin();
        var log = new List<string>();
        Simulation repeated = RunOnce(replay, log);
        string sameness = repeated.Failure == failed.Failure ? "the replay fails the same way" : "the replay does NOT fail the same way";
        IEnumerable<string> lines = log.Skip(Math.Max(0, log.Count - LogLineCountMax));
        return $"{failed.Failure}\n{replay.Describe()} ({sameness}):\n{string.Join('\n', lines)}";
    }
}
