using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;
using Goroutines.Internal.Stacks;

namespace Goroutines;

/// <summary>
/// What <see cref="Go.EnsureStackAsync"/> returns: awaiting it suspends only when the stack runs low or the time slice is over.
/// </summary>
public readonly struct StackAwaitable : IEquatable<StackAwaitable>
{
    private readonly bool _onSegment;

    internal StackAwaitable(bool onSegment) => _onSegment = onSegment;

    /// <summary>Compares two of them; they are equal if they go on in the same way.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(StackAwaitable left, StackAwaitable right) => left.Equals(right);

    /// <summary>Compares two of them; they are equal if they go on in the same way.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(StackAwaitable left, StackAwaitable right) => !left.Equals(right);

    /// <summary>Returns the awaiter. Called by the compiler.</summary>
    public StackAwaiter GetAwaiter() => new(_onSegment);

    /// <inheritdoc/>
    public bool Equals(StackAwaitable other) => _onSegment == other._onSegment;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is StackAwaitable other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _onSegment.GetHashCode();

    /// <summary>Goes on with the async method elsewhere when the stack runs low. Used by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct StackAwaiter : ICriticalNotifyCompletion, IEquatable<StackAwaiter>
    {
        private readonly bool _onSegment;

        internal StackAwaiter(bool onSegment) => _onSegment = onSegment;

        /// <summary>Gets whether enough stack is left on the calling thread, and nobody asked the goroutine to let others run.</summary>
        public bool IsCompleted => RuntimeHelpers.TryEnsureSufficientExecutionStack() && !Preemption.IsDueHere;

        /// <summary>Compares two of them; they are equal if they go on in the same way.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator ==(StackAwaiter left, StackAwaiter right) => left.Equals(right);

        /// <summary>Compares two of them; they are equal if they go on in the same way.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator !=(StackAwaiter left, StackAwaiter right) => !left.Equals(right);

        /// <summary>Does nothing: there is no result.</summary>
        public void GetResult()
        {
        }

        /// <inheritdoc/>
        public void OnCompleted(Action continuation)
        {
            ArgumentNullException.ThrowIfNull(continuation);
            ExecutionContext? flowing = ExecutionContext.Capture();
            if (flowing is null)
            {
                UnsafeOnCompleted(continuation);
            }
            else
            {
                UnsafeOnCompleted(() => ExecutionContext.Run(flowing, static state => ((Action)state!)(), continuation));
            }
        }

        /// <inheritdoc/>
        public void UnsafeOnCompleted(Action continuation)
        {
            ArgumentNullException.ThrowIfNull(continuation);

            if (RuntimeHelpers.TryEnsureSufficientExecutionStack() && Preemption.IsDueHere)
            {
                // Others are to run before it, and there is stack for whatever comes.
                Go.Yield().GetAwaiter().UnsafeOnCompleted(continuation);
                return;
            }

            // On a segment in place: when that returns, the method has ended or waits for something, and its callers go on.
            if (!_onSegment || !SegmentPool.Shared.TryRun(new StackAction(continuation), out _))
            {
                Queue(continuation);
            }
        }

        /// <inheritdoc/>
        public bool Equals(StackAwaiter other) => _onSegment == other._onSegment;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is StackAwaiter other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => _onSegment.GetHashCode();

        private static void Queue(Action continuation)
        {
            SynchronizationContext? context = SynchronizationContext.Current;
            if (context is GoSynchronizationContext ours)
            {
                ours.Scheduler.Core.Ready(ActionKind.Goroutine, continuation);
            }
            else if (context is not null && context.GetType() != typeof(SynchronizationContext))
            {
                context.Post(static state => ((Action)state!)(), continuation);
            }
            else if (TaskScheduler.Current != TaskScheduler.Default)
            {
                _ = Task.Factory.StartNew(continuation, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Current);
            }
            else if (Machine.Current is { } machine)
            {
                machine.Scheduler.Ready(ActionKind.Raw, continuation);
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(static work => work(), continuation, preferLocal: true);
            }
        }
    }
}
