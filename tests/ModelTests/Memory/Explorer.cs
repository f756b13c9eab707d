using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Goroutines.ModelTests.Memory;

/// <summary>Runs model threads one step a time in a seeded random order, with store buffers between them and memory.</summary>
/// <remarks>
/// Exactly one model thread runs at any moment; it hands the baton over inside <see cref="Step"/>. A thread that sleeps is not
/// chosen until its condition holds in memory. When nobody can go on, the buffers are flushed; if that helps nobody, the run is
/// over: whether that is an end or a lost wake-up is for the test to judge.
/// </remarks>
internal sealed class Explorer : IDisposable
{
    [ThreadStatic]
#pragma warning disable IDE1006 // The naming rules cannot tell a thread static from a shared one.
    private static ModelThread? t_self;
#pragma warning restore IDE1006

    private readonly List<ModelThread> _threads = new();
    private readonly ManualResetEventSlim _over = new();
    private readonly Random _random;
    private Exception? _failure;
    private bool _isOver;

    private Explorer(int seed, Mutation mutation)
    {
        _random = new Random(seed);
        Mutation = mutation;
    }

    public Mutation Mutation { get; }

    /// <summary>Runs the bodies to their end or until all that are left sleep for ever. Returns how many sleep.</summary>
    public static int Run(int seed, Mutation mutation, params Action[] bodies)
    {
        using var explorer = new Explorer(seed, mutation);
        foreach (Action body in bodies)
        {
            explorer._threads.Add(new ModelThread(explorer, body));
        }

        explorer._threads.ForEach(static thread => thread.Start());
        explorer._threads[0].Go.Release();
        explorer._over.Wait();
        int sleepingCount = explorer._threads.Count(static thread => !thread.IsDone);
        explorer._isOver = true;
        explorer._threads.ForEach(static thread => thread.Go.Release());
        explorer._threads.ForEach(static thread => thread.Join());
        return explorer._failure is null
            ? sleepingCount
            : throw new InvalidOperationException($"Seed {seed}: {explorer._failure.Message}", explorer._failure);
    }

    /// <summary>A point at which others may run and stores may reach memory.</summary>
    public static Explorer Step()
    {
        ModelThread self = t_self!;
        self.Explorer.FlushSome();
        self.Explorer.Switch(self, mayStay: true);
        return self.Explorer;
    }

    /// <summary>Sleeps until a condition holds in memory, as in a futex call, which is a fence.</summary>
    public static void Sleep(Func<bool> isOver)
    {
        ModelThread self = t_self!;
        Drain();
        self.Awaited = isOver;
        self.Explorer.Switch(self, mayStay: true);
        self.Awaited = null;
    }

    public static unsafe void Buffer<T>(ref T location, T value)
    {
        void* address = Unsafe.AsPointer(ref location);
        t_self!.Pending.Enqueue(new PendingStore((nint)address, value, () => Unsafe.AsRef<T>(address) = value));
    }

    public static unsafe void BufferAtomically(ref ulong location, ulong delta)
    {
        void* address = Unsafe.AsPointer(ref location);
        bool hasOwn = TryForward(ref location, out object? seen);
        ulong sum = (hasOwn ? (ulong)seen! : location) + delta;
        t_self!.Pending.Enqueue(new PendingStore((nint)address, sum, () => Unsafe.AsRef<ulong>(address) += delta));
    }

    /// <summary>Finds the newest own store to a location that has not reached memory.</summary>
    public static unsafe bool TryForward<T>(ref T location, out object? value)
    {
        nint address = (nint)Unsafe.AsPointer(ref location);
        bool isFound = false;
        value = null;
        foreach (PendingStore store in t_self!.Pending)
        {
            if (store.Address == address)
            {
                isFound = true;
                value = store.Value;
            }
        }

        return isFound;
    }

    /// <summary>Lets all own stores reach memory: a full fence.</summary>
    public static void Drain() => t_self!.Flush(int.MaxValue);

    public void Dispose() => _over.Dispose();

    private void FlushSome()
    {
        foreach (ModelThread thread in _threads)
        {
            if (thread.Pending.Count > 0 && _random.Next(4) == 0)
            {
                thread.Flush(1);
            }
        }
    }

    // Hands the baton on, and comes back when it is this thread's turn again.
    private void Switch(ModelThread self, bool mayStay)
    {
        ModelThread? next = Choose(mayStay ? null : self);
        if (next is null)
        {
            _threads.ForEach(static thread => thread.Flush(int.MaxValue));
            next = Choose(mayStay ? null : self);
        }

        if (next == self)
        {
            return;
        }

        if (next is null)
        {
            _over.Set();
        }
        else
        {
            next.Go.Release();
        }

        if (!self.IsDone)
        {
            self.WaitForTurn();
        }
    }

    private ModelThread? Choose(ModelThread? excluded)
    {
        ModelThread[] ready = [.. _threads.Where(thread => thread != excluded && !thread.IsDone && thread.Awaited?.Invoke() != false)];
        return ready.Length == 0 ? null : ready[_random.Next(ready.Length)];
    }

    private sealed record PendingStore(nint Address, object? Value, Action Apply);

    private sealed class ModelThread(Explorer explorer, Action body)
    {
        private Thread? _thread;

        public Explorer Explorer => explorer;

        public SemaphoreSlim Go { get; } = new(0);

        public Queue<PendingStore> Pending { get; } = new();

        public Func<bool>? Awaited { get; set; }

        public bool IsDone { get; private set; }

        public void Start()
        {
            _thread = new Thread(Run) { IsBackground = true };
            _thread.Start();
        }

        public void Join()
        {
            _thread!.Join();
            Go.Dispose();
        }

        public void Flush(int count)
        {
            for (; count > 0 && Pending.Count > 0; count--)
            {
                Pending.Dequeue().Apply();
            }
        }

        public void WaitForTurn()
        {
            Go.Wait();
            if (explorer._isOver)
            {
                throw new RunOverException();
            }
        }

        private void Run()
        {
            t_self = this;
            try
            {
                WaitForTurn();
                body();
            }
            catch (RunOverException)
            {
                // The run ended while this thread slept; the test judges whether it should have.
                return;
            }
            catch (Exception e)
            {
                explorer._failure ??= e;
            }

            IsDone = true;
            explorer.Switch(this, mayStay: false);
        }
    }

    private sealed class RunOverException : Exception;
}
