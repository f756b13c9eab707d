using System;
using System.Collections.Generic;
using Goroutines.ModelTests.Memory;
using Goroutines.ModelTests.Models;
using Microsoft.Coyote.Runtime;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.ModelTests.Exploration;

// The same surface as the store-buffer model's Simulation, so that the same scenarios compile over it. There the simulation
// has a scheduler of its own; here the threads are plain ones, and who goes on is decided by Coyote, at each operation of the
// rewritten code.
/// <summary>One execution of a few threads that Coyote schedules.</summary>
internal sealed class Simulation
{
    private readonly List<ModelThread> _threads = new();
    private readonly List<Action> _checks = new();
    private readonly List<string> _notes = new();

    public Simulation(SeededBug bug)
    {
        Bug = bug;
        ModelSync.Bug = bug;
    }

    public SeededBug Bug { get; }

    public ModelMemory Memory { get; } = new();

    public bool IsUnwinding { get; private set; }

    public void AddThread(string name, Action body) => _threads.Add(new ModelThread(name, body));

    /// <summary>Adds what has to hold when all threads are done or wait for ever. It throws when it does not.</summary>
    public void AddCheck(Action check) => _checks.Add(check);

    /// <summary>Runs the execution to its end, checks it, and takes waiting threads down.</summary>
    /// <remarks>What a thread or a check throws is left to Coyote, which reports it with the schedule.</remarks>
    public void Run()
    {
        foreach (ModelThread thread in _threads)
        {
            thread.Start();
        }

        // A thread that waits for something other than these, a pulse that does not come for example, never rests: then
        // nobody can go on, and Coyote reports a deadlock.
        Operation.PauseUntil(() => _threads.TrueForAll(thread => thread.IsAtRest));
        RunChecks();
        IsUnwinding = true;
        foreach (ModelThread thread in _threads)
        {
            thread.Release();
            thread.Join();
        }
    }

    /// <summary>Waits until the condition holds.</summary>
    public bool WaitUntil(ModelThread thread, Func<bool> condition)
    {
        thread.WaitUntil(this, condition);
        return true;
    }

    public void ThrowIfUnwinding()
    {
        if (IsUnwinding)
        {
            throw new UnwindException();
        }
    }

    /// <summary>Notes what an item does, for the message of a check that fails.</summary>
    public void Note(ModelThread thread, string what) => _notes.Add($"{thread.Name} {what}");

    private void RunChecks()
    {
        try
        {
            foreach (Action check in _checks)
            {
                check();
            }
        }
        catch (AssertFailedException e)
        {
            throw new AssertFailedException($"{e.Message} Before: {string.Join(", ", _notes)}.", e);
        }
    }
}
