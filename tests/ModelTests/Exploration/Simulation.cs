using System;
using System.Collections.Generic;
using System.Globalization;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Exploration;

// One execution: model threads are real threads that pass a baton, so that just one of them runs at any moment and the code
// under test is the real code, stack and all. Before each operation on shared memory the running thread asks the strategy
// who goes on. An execution ends when every thread is done or waits for something that nobody is left to do.
/// <summary>One controlled execution of a few threads over a simulated memory.</summary>
internal sealed class Simulation
{
    // Arbitrary: scenarios take fewer than 500 steps; one that takes this many goes in circles.
    private const int StepCountMax = 20_000;

    private readonly IStrategy _strategy;
    private readonly List<BatonThread> _carriers;
    private readonly List<ModelThread> _threads = new();
    private readonly List<int> _choices = new();
    private readonly List<Action> _checks = new();
    private readonly Baton _ended = new();
    private readonly int[] _candidates = new int[16];
    private int _stepCount;

    public Simulation(IStrategy strategy, MemoryOrder order, Weakening? weakening, List<BatonThread> carriers)
    {
        _strategy = strategy;
        _carriers = carriers;
        Memory = new ModelMemory(this, order, weakening);
    }

    public ModelMemory Memory { get; }

    public IReadOnlyList<ModelThread> Threads => _threads;

    /// <summary>Gets all decisions so far; with them the execution can be repeated.</summary>
    public IReadOnlyList<int> Choices => _choices;

    /// <summary>Gets what went wrong, or null.</summary>
    public string? Failure { get; private set; }

    public bool IsUnwinding { get; private set; }

    /// <summary>Gets or sets where each step is written, or null.</summary>
    public List<string>? Log { get; set; }

    public void AddThread(string name, Action body)
    {
        int number = _threads.Count;
        if (number == _carriers.Count)
        {
            _carriers.Add(new BatonThread(number));
        }

        _threads.Add(new ModelThread(this, number, name, body, _carriers[number]));
    }

    /// <summary>Adds what has to hold when all threads are done or wait for ever. It throws when it does not.</summary>
    public void AddCheck(Action check) => _checks.Add(check);

    /// <summary>Runs the execution to its end, checks it, and takes waiting threads down.</summary>
    public void Run()
    {
        foreach (ModelThread thread in _threads)
        {
            thread.Start();
        }

        PassOn(null);
        _ended.Await();
        if (Failure is null)
        {
            RunChecks();
        }

        IsUnwinding = true;
        foreach (ModelThread thread in _threads)
        {
            if (!thread.IsDone)
            {
                thread.PassBaton();
                _ended.Await();
            }
        }
    }

    /// <summary>Called by the running thread before each operation others could notice: somebody else may go first.</summary>
    public void Step(ModelThread thread)
    {
        ThrowIfUnwinding();
        if (++_stepCount > StepCountMax)
        {
            NoteFailure("The execution does not end.");
            throw new UnwindException();
        }

        PassOn(thread);
    }

    /// <summary>Waits until the condition holds. False when the time ran out instead.</summary>
    public bool WaitUntil(ModelThread thread, Func<bool> condition, bool mayTimeOut = false)
    {
        ThrowIfUnwinding();
        thread.Condition = condition;
        thread.MayTimeOut = mayTimeOut;
        PassOn(thread);
        thread.Condition = null;
        thread.MayTimeOut = false;
        return condition();
    }

    public int ChooseOption(int count)
    {
        int chosen = _strategy.ChooseOption(count);
        _choices.Add(chosen);
        return chosen;
    }

    public void NoteFailure(string message)
    {
        Failure ??= message;
        IsUnwinding = true;
    }

    /// <summary>Called by a thread as the last thing it does.</summary>
    public void Leave(ModelThread thread)
    {
        Log?.Add($"{thread.Name}: done");
        if (IsUnwinding)
        {
            _ended.Pass();
        }
        else
        {
            PassOn(null);
        }
    }

    public void Note(ModelThread thread, string what) => Log?.Add($"{thread.Name}: {what}");

    // Chooses who runs next and returns when that is the caller again. With null the caller is done or is no model thread.
    private void PassOn(ModelThread? running)
    {
        bool canContinue = running is not null && running.Condition is null;
        int count = CollectCandidates(canContinue ? running : null);
        if (count == 0 && Memory.DrainAll())
        {
            // What processors still had in their store buffers reaches memory in the end; that may let somebody go on.
            count = CollectCandidates(null);
        }

        if (count == 0)
        {
            _ended.Pass();
        }
        else
        {
            int chosen = count == 1 ? 0 : ChooseThread(count, canContinue);
            ModelThread next = _threads[_candidates[chosen]];
            if (next == running)
            {
                return;
            }

            next.PassBaton();
        }

        if (running is not null)
        {
            running.AwaitBaton();
            ThrowIfUnwinding();
        }
    }

    private int ChooseThread(int count, bool canContinue)
    {
        int chosen = _strategy.ChooseThread(_candidates.AsSpan(0, count), canContinue);
        _choices.Add(chosen);
        return chosen;
    }

    private int CollectCandidates(ModelThread? first)
    {
        int count = 0;
        if (first is not null)
        {
            _candidates[count++] = first.Number;
        }

        foreach (ModelThread thread in _threads)
        {
            if (thread != first && thread.CanRun)
            {
                _candidates[count++] = thread.Number;
            }
        }

        return count;
    }

    private void RunChecks()
    {
        try
        {
            foreach (Action check in _checks)
            {
                check();
            }
        }
        catch (Exception e)
        {
            NoteFailure(e.Message);
        }
    }

    private void ThrowIfUnwinding()
    {
        if (IsUnwinding)
        {
            throw new UnwindException();
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{_threads.Count} threads, {_stepCount} steps");
}
