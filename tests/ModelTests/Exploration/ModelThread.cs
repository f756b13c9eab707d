using System;
using System.Collections.Generic;
using Goroutines.ModelTests.Memory;

namespace Goroutines.ModelTests.Exploration;

/// <summary>A thread of a simulation: runs only while it has the baton, and sees memory through its own store buffer.</summary>
internal sealed class ModelThread
{
    [ThreadStatic]
#pragma warning disable IDE1006 // The naming rules cannot tell a thread static from a shared one.
    private static ModelThread? t_current;
#pragma warning restore IDE1006

    private readonly Action _body;
    private readonly BatonThread _carrier;

    public ModelThread(Simulation simulation, int number, string name, Action body, BatonThread carrier)
    {
        Simulation = simulation;
        Number = number;
        Name = name;
        _body = body;
        _carrier = carrier;
    }

    /// <summary>Gets the model thread the caller is, or null outside of a simulation.</summary>
    public static ModelThread? Current => t_current;

    public Simulation Simulation { get; }

    public int Number { get; }

    public string Name { get; }

    /// <summary>Gets the stores this thread has made and memory has not seen yet, oldest first.</summary>
    public List<PendingStore> Buffer { get; } = new();

    /// <summary>Gets the slot operations a weakening holds back until after the next word transition.</summary>
    public List<Action> HeldBack { get; } = new();

    /// <summary>Gets or sets what the thread waits for; null when it can run.</summary>
    public Func<bool>? Condition { get; set; }

    /// <summary>Gets or sets whether its wait may also end because time ran out, which may be at any moment.</summary>
    public bool MayTimeOut { get; set; }

    public bool IsDone { get; set; }

    public bool CanRun => !IsDone && (Condition is null || MayTimeOut || Condition());

    public void Start() => _carrier.Begin(Run);

    public void PassBaton() => _carrier.Baton.Pass();

    public void AwaitBaton() => _carrier.Baton.Await();

    private void Run()
    {
        t_current = this;
        AwaitBaton();
        try
        {
            if (!Simulation.IsUnwinding)
            {
                _body();
            }
        }
        catch (UnwindException)
        {
            // The execution is over; this thread only leaves.
        }
        catch (Exception e)
        {
            Simulation.NoteFailure(e.ToString());
        }

        t_current = null;
        IsDone = true;
        Simulation.Leave(this);
    }
}
