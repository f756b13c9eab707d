using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Diagnostics;
using Goroutines.Internal.Parking;
using Goroutines.Internal.Primitives;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Work;

namespace Goroutines;

/// <summary>
/// Go's scheduler for .NET: a <see cref="TaskScheduler"/> with a <see cref="System.Threading.SynchronizationContext"/>, which
/// run goroutines (tasks and async continuations) on a fixed number of processors with work stealing.
/// </summary>
/// <remarks>
/// <para>Threading: all members may be used from any thread.</para>
/// <para>
/// Order: a processor runs what it spawned newest first and what became ready again oldest first; idle processors steal the
/// oldest. Every 61st turn looks at the global queue, or at the oldest goroutine if that has been the oldest for some milliseconds, so
/// none waits for ever behind others that end. Goroutines that keep readying one another go behind the others after 10 ms.
/// </para>
/// <para>
/// The algorithm is that of the Go runtime (runtime/proc.go: P-local run queues with runnext, a global queue, work stealing
/// with random coprime strides, at most one searching thread for two busy ones); see docs/ARCHITECTURE.md.
/// </para>
/// </remarks>
public sealed partial class GoScheduler : TaskScheduler, IDisposable, IAsyncDisposable
{
    private readonly GoSynchronizationContext _context;
    private readonly ContextFreeScheduler _contextFree;
    private readonly TaskKind _taskKind;
    private readonly TaskKind _pairKind;
    private readonly GoroutineRegistry _goroutines = new();
    private readonly bool _isShared;

    /// <summary>Creates and starts a scheduler. Its threads start when there is work for them.</summary>
    /// <param name="options">The settings; null for the defaults. Later changes to the object have no effect.</param>
    /// <exception cref="ArgumentException">A setting is not valid; see <see cref="GoSchedulerOptions.Validate"/>.</exception>
    public GoScheduler(GoSchedulerOptions? options = null)
        : this(options ?? new GoSchedulerOptions(), isShared: false)
    {
    }

    private GoScheduler(GoSchedulerOptions options, bool isShared)
    {
        options.Validate();
        _isShared = isShared;
        _context = new GoSynchronizationContext(this);
        _contextFree = new ContextFreeScheduler(this);
        _taskKind = new TaskKind(this, usesContext: true);
        _pairKind = new TaskKind(this, usesContext: false);
        Factory = new TaskFactory(CancellationToken.None, TaskCreationOptions.None, TaskContinuationOptions.None, this);
        MaxThreads = options.MaxThreads;
        Core = new Scheduler(new SchedulerSettings
        {
            Name = options.Name,
            ProcessorCount = options.ResolveProcessorCount(),
            MaxThreads = options.MaxThreads,
            WorkerStackSize = options.WorkerStackSize,
            TimeSliceNs = options.TimeSlice.Ticks * TimeSpan.NanosecondsPerTick,
            Owner = this,
            Context = _context,
            OnUnhandledException = ReportUnhandled,
            OnParking = _goroutines.SweepSome,
            OnThreadsRefused = ReportThreadLimit,
            YieldAsync = Go.YieldAsync,
            MachineIdleNs = options.MachineIdleNs,
            CreateParker = options.CreateParker ?? Parker.Create,
        });
        TimeProvider = new GoTimeProvider(Core);
    }

    /// <summary>
    /// Occurs when a goroutine that nobody awaits throws: one started by Post, a raw item, or an async void method. If no
    /// handler sets <see cref="GoUnhandledExceptionEventArgs.Handled"/>, the exception is thrown again on a thread of its own,
    /// which ends the process as any unhandled exception does.
    /// </summary>
    /// <remarks>Raised on the thread that ran the goroutine, which goes on afterwards. The sender is the scheduler.</remarks>
    public event EventHandler<GoUnhandledExceptionEventArgs>? UnhandledException;

    /// <summary>Gets the scheduler the calling code runs for: on its workers and LongRunning threads; elsewhere null.</summary>
    public static new GoScheduler? Current => (GoScheduler?)Machine.Current?.Scheduler.Settings.Owner;

    /// <summary>Not to be used: it would be the ThreadPool's scheduler, inherited by name only.</summary>
    [Obsolete("This would be the ThreadPool: use GoScheduler.Shared, or write TaskScheduler.Default.", error: true)]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static new TaskScheduler Default => TaskScheduler.Default;

    /// <summary>Gets the name given in the options.</summary>
    public string Name => Core.Settings.Name;

    /// <summary>Gets the context that brings captured awaits back to this scheduler. There is one; its copies are itself.</summary>
    public SynchronizationContext SynchronizationContext => _context;

    /// <summary>
    /// Gets a scheduler for the same processors whose tasks see no SynchronizationContext: the base to layer other schedulers
    /// on, because an await there captures the task scheduler.
    /// </summary>
    public TaskScheduler ContextFree => _contextFree;

    /// <summary>Gets the time as the system has it, with timers that expire on this scheduler's processors.</summary>
    /// <remarks>
    /// <para>
    /// What the BCL takes a <see cref="TimeProvider"/> for rides on them: Task.Delay, Task.WaitAsync, CancellationTokenSource,
    /// PeriodicTimer. The contract is that of the timers of <see cref="System.TimeProvider.System"/>: never early, callbacks may
    /// overlap and run as on the ThreadPool, with the ExecutionContext of who created the timer and no SynchronizationContext. What
    /// a callback throws is reported as <see cref="UnhandledException"/>. Times are exact to the microsecond and not to the
    /// millisecond; a periodic timer that is late leaves out the turns it has missed.
    /// </para>
    /// <para>
    /// An armed timer expires whether or not anyone refers to it. After the scheduler is disposed its timers go on, on the
    /// ThreadPool, to the millisecond. Threading: any thread. Allocation: one object for each timer.
    /// </para>
    /// <para>The algorithm is that of the Go runtime (runtime/time.go): a heap of four children a node for each processor.</para>
    /// </remarks>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets a factory whose tasks run here.</summary>
    public TaskFactory Factory { get; }

    /// <summary>Gets or sets how many goroutines run at the same time.</summary>
    /// <value>1 to 4,096 and no more than the thread limit.</value>
    /// <remarks>
    /// May change while everything runs. More processors take work at once. Of fewer, those that are running a goroutine leave
    /// when it ends or suspends; what they had queued moves to the others.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The value is set after the scheduler was disposed.</exception>
    public int ProcessorCount
    {
        get => Core.ProcessorCount;
        set
        {
            int max = Math.Min(GoSchedulerOptions.ProcessorCountMax, MaxThreads);
            if (value < 1 || value > max)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), value, string.Create(CultureInfo.InvariantCulture, $"ProcessorCount must be from 1 to {max}."));
            }

            ObjectDisposedException.ThrowIf(Core.IsDisposed, this);
            Core.Resize(value);
        }
    }

    /// <summary>Gets the processor count: no more tasks than this run at the same time, LongRunning ones apart.</summary>
    public override int MaximumConcurrencyLevel => ProcessorCount;

    internal Scheduler Core { get; }

    internal int MaxThreads { get; }

    /// <summary>Returns counts and queue lengths as they are now; each is exact, together they are no common moment.</summary>
    public SchedulerSnapshot GetSnapshot() => SchedulerSnapshot.Create(Core);

    /// <summary>
    /// Queues an item in the raw lane: it runs as on the ThreadPool, with no SynchronizationContext and the default
    /// ExecutionContext.
    /// </summary>
    /// <param name="item">The item. What it throws is reported as <see cref="UnhandledException"/>.</param>
    /// <param name="preferLocal">
    /// True to run it soon on the calling worker's own processor; false to queue it behind all others.
    /// </param>
    /// <remarks>Allocation: none.</remarks>
    /// <exception cref="ArgumentNullException"><paramref name="item"/> is null.</exception>
    public void UnsafeQueueUserWorkItem(IThreadPoolWorkItem item, bool preferLocal)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (preferLocal)
        {
            Core.Spawn(RawKind.Instance, item);
        }
        else
        {
            Core.SpawnGlobal(RawKind.Instance, item);
        }
    }

    internal void Execute(Task task) => TryExecuteTask(task);

    /// <summary>Queues a task: to the caller's processor, or to the global queue when it asks for fairness.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Queue(WorkKind kind, Task task)
    {
        if ((task.CreationOptions & TaskCreationOptions.PreferFairness) != 0)
        {
            Core.SpawnGlobal(kind, task);
        }
        else
        {
            Core.Spawn(kind, task);
        }
    }

    /// <summary>Returns whether a task may run in place: on workers of this scheduler, which hold a processor for it.</summary>
    internal bool MayInline(WorkKind kind, Task task, bool taskWasPreviouslyQueued)
    {
        if (!Core.RunsGoroutine)
        {
            return false;
        }

        if (taskWasPreviouslyQueued)
        {
            // If it is not right here, it stays queued: it is found started later, and skipped.
            Core.TryTakeBack(kind, task);
        }

        return true;
    }

    internal List<Task> GetQueuedTasks(params ReadOnlySpan<WorkKind> kinds)
    {
        var items = new List<WorkItem>();
        Core.CopyQueuedTo(items);
        var tasks = new List<Task>();
        foreach (WorkItem item in items)
        {
            if (item.Work is WorkKind kind && kinds.Contains(kind) && item.State is Task task)
            {
                tasks.Add(task);
            }
        }

        return tasks;
    }

    /// <summary>Runs work on a thread of its own that holds no processor.</summary>
    internal void StartLongRunning(Action work)
    {
        // Workers that are not started yet keep their place: goroutines must not stop for LongRunning tasks.
        int reserved = Math.Max(0, ProcessorCount - Core.MachineCount);
        if (!Core.TryReserveThread(reserved))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"No thread for a LongRunning task: {Core.ThreadCount} threads run and MaxThreads is {MaxThreads}."));
        }

        try
        {
            var thread = new Thread(() =>
            {
                Machine.RunDetached(Core, work);
                Core.ReleaseThread();
            })
            {
                IsBackground = true,
                Name = Name + " LongRunning",
            };
            thread.UnsafeStart();
        }
        catch
        {
            Core.ReleaseThread();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if ((task.CreationOptions & TaskCreationOptions.LongRunning) != 0)
        {
            QueueLongRunning(task);
        }
        else
        {
            Queue(KindOf(task), task);
        }
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (task.AsyncState is StackWork)
        {
            return TryExecuteTask(task);
        }

        TaskKind kind = KindOf(task);
        if (!MayInline(kind, task, taskWasPreviouslyQueued))
        {
            return false;
        }

        using var lane = new LaneScope(kind.UsesContext ? _context : null);
        return TryExecuteTask(task);
    }

    /// <inheritdoc/>
    protected override bool TryDequeue(Task task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Core.TryTakeBack(KindOf(task), task);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => GetQueuedTasks(_taskKind, _pairKind);

    // Apart, because a lambda that captures the task makes its closure at the start of the method, for every task.
    private void QueueLongRunning(Task task) => StartLongRunning(() => TryExecuteTask(task));

    // The tasks in which a ConcurrentExclusiveSchedulerPair runs its own have the pair as their state. They see no context,
    // or awaits inside would leave the pair.
    private TaskKind KindOf(Task task) =>
        task.AsyncState is { } state && state.GetType() == typeof(ConcurrentExclusiveSchedulerPair) ? _pairKind : _taskKind;
}
