using System;
using System.Threading;
using Goroutines.ModelTests.Models;
using Microsoft.Coyote.Runtime;

namespace Goroutines.ModelTests.Exploration;

/// <summary>A thread of a simulation: a plain one, which Coyote runs or holds.</summary>
internal sealed class ModelThread
{
    [ThreadStatic]
#pragma warning disable IDE1006 // The naming rules cannot tell a thread static from a shared one.
    private static ModelThread? t_current;
#pragma warning restore IDE1006

    private readonly Action _body;
    private readonly Thread _thread;
    private bool _isDone;
    private Func<bool>? _condition;

    public ModelThread(string name, Action body)
    {
        Name = name;
        _body = body;

        // Without its name: Coyote keeps a number of its own in there.
        _thread = new Thread(Run);
    }

    /// <summary>Gets the model thread the caller is, or null outside of a simulation.</summary>
    public static ModelThread? Current => t_current;

    public string Name { get; }

    /// <summary>Gets or sets the parker on which the thread sleeps or is about to, without a limit of time.</summary>
    public ModelParker? Parker { get; set; }

    /// <summary>Gets whether only another thread can make this one go on, or none.</summary>
    /// <remarks>Coyote asks for it between two steps: plain reads only, which are no steps of their own.</remarks>
    public bool IsAtRest => _isDone || (_condition is not null && !_condition()) || (Parker is not null && Parker.IsParked);

    public void Start() => _thread.Start();

    public void Join() => _thread.Join();

    /// <summary>Takes the thread out of its sleep, when it sleeps.</summary>
    public void Release() => Parker?.Unpark();

    public void WaitUntil(Simulation simulation, Func<bool> condition)
    {
        _condition = condition;
        Operation.PauseUntil(() => condition() || simulation.IsUnwinding);
        _condition = null;
        simulation.ThrowIfUnwinding();
    }

    private void Run()
    {
        t_current = this;
        try
        {
            _body();
        }
        catch (UnwindException)
        {
            // The execution is over; this thread only leaves.
        }

        t_current = null;
        _isDone = true;
    }
}
