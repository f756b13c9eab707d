using System;
using System.Threading;

namespace Goroutines.ModelTests.Exploration;

/// <summary>An operating system thread that carries one model thread in each execution; kept, since starting one is dear.</summary>
internal sealed class BatonThread
{
    private readonly Baton _work = new();
    private Action? _next;

    public BatonThread(int number)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = $"Model thread {number}" };
        thread.Start();
    }

    public Baton Baton { get; } = new();

    public void Begin(Action work)
    {
        _next = work;
        _work.Pass();
    }

    private void Run()
    {
        while (true)
        {
            _work.Await();
            _next!();
        }
    }
}
