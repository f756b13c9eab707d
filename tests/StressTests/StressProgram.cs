using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.StressTests;

/// <summary>One round: threads from outside begin operations, operations begin operations, until the round is full.</summary>
internal sealed class StressProgram
{
    private readonly StressTarget[] _targets;
    private readonly GoScheduler[] _schedulers;
    private readonly string _title;

    public StressProgram(StressTarget[] targets, int seed, int operationCount, bool checksPlace)
    {
        _targets = targets;
        _schedulers = targets.Select(target => target.Scheduler).ToArray();
        Seed = seed;
        ChecksPlace = checksPlace;
        Ledger = new Ledger(operationCount);
        _title = $"Replay with {StressSettings.SeedVariable}={seed}.";
    }

    public int Seed { get; }

    /// <summary>Gets whether operations check the lane they run in; a scheduler being disposed promises none.</summary>
    public bool ChecksPlace { get; }

    public Ledger Ledger { get; }

    /// <summary>Begins an operation of a random kind. False when the round is full. The caller is pending.</summary>
    public bool TryBegin(ref Dice dice)
    {
        var kind = (OperationKind)dice.Roll((int)OperationKind.Count);
        StressTarget target = _targets[dice.Roll(_targets.Length)];
        if (!Ledger.TryBegin(kind, out int id))
        {
            return false;
        }

        new Operation(this, target, kind, id).Start();
        return true;
    }

    /// <summary>Runs the round with so many threads from outside and waits until everything has finished.</summary>
    public void Run(int submitterCount, Action? whileRunning = null)
    {
        Ledger.AddSubmitter();
        List<Thread> submitters = [];
        for (int index = 0; index < submitterCount; index++)
        {
            Ledger.AddSubmitter();
            int stream = -1 - index;
            submitters.Add(new Thread(() => Submit(new Dice(Seed, stream))) { IsBackground = true });
        }

        submitters.ForEach(thread => thread.Start());
        whileRunning?.Invoke();
        Ledger.RemoveSubmitter();
        Watchdog.WaitFor(Ledger, _schedulers, _title);
    }

    /// <summary>Drains the schedulers and fails unless every operation finished exactly once and where it should.</summary>
    public void DrainAndAudit()
    {
        foreach (GoScheduler scheduler in _schedulers)
        {
            Watchdog.WaitFor(scheduler.DrainAsync(), "DrainAsync", Ledger, _schedulers, _title);
        }

        Audit();
    }

    public void Audit()
    {
        IReadOnlyList<string> problems = Ledger.Audit();
        Assert.IsEmpty(problems, _title + Environment.NewLine + string.Join(Environment.NewLine, problems));
    }

    private void Submit(Dice dice)
    {
        // A few at a time, so that processors fall idle and have to be woken again and again.
        do
        {
            Thread.SpinWait(dice.Roll(20_000));
        }
        while (TryBegin(ref dice));

        Ledger.RemoveSubmitter();
    }
}
