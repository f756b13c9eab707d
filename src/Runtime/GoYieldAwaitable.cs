using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Internal.Scheduling;

namespace Goroutines;

/// <summary>What <see cref="Go.Yield"/> returns: awaiting it lets other goroutines run first.</summary>
public readonly struct GoYieldAwaitable : IEquatable<GoYieldAwaitable>
{
    /// <summary>Compares two of them; they are all equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(GoYieldAwaitable left, GoYieldAwaitable right) => left.Equals(right);

    /// <summary>Compares two of them; they are all equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(GoYieldAwaitable left, GoYieldAwaitable right) => !left.Equals(right);

    /// <summary>Returns the awaiter. Called by the compiler.</summary>
    public GoYieldAwaiter GetAwaiter() => default;

    /// <inheritdoc/>
    public bool Equals(GoYieldAwaitable other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GoYieldAwaitable;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>Queues the rest of the async method behind what already waits. Used by the compiler.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly struct GoYieldAwaiter : ICriticalNotifyCompletion, IEquatable<GoYieldAwaiter>
    {
        /// <summary>Gets false: a yield always suspends.</summary>
        public bool IsCompleted => false;

        /// <summary>Compares two of them; they are all equal.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator ==(GoYieldAwaiter left, GoYieldAwaiter right) => left.Equals(right);

        /// <summary>Compares two of them; they are all equal.</summary>
        /// <param name="left">One.</param>
        /// <param name="right">The other.</param>
        public static bool operator !=(GoYieldAwaiter left, GoYieldAwaiter right) => !left.Equals(right);

        /// <summary>Does nothing: a yield has no result.</summary>
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
            SynchronizationContext? context = SynchronizationContext.Current;
            if (context is GoSynchronizationContext ours)
            {
                ours.Scheduler.Core.Yield(ActionKind.Goroutine, continuation);
            }
            else if (context is not null && context.GetType() != typeof(SynchronizationContext))
            {
                context.Post(static state => ((Action)state!)(), continuation);
            }
            else if (TaskScheduler.Current != TaskScheduler.Default)
            {
                _ = Task.Factory.StartNew(
                    continuation, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Current);
            }
            else if (Machine.Current is { } machine)
            {
                machine.Scheduler.Yield(ActionKind.Raw, continuation);
            }
            else
            {
                GoScheduler.Shared.Core.Yield(ActionKind.Goroutine, continuation);
            }
        }

        /// <inheritdoc/>
        public bool Equals(GoYieldAwaiter other) => true;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is GoYieldAwaiter;

        /// <inheritdoc/>
        public override int GetHashCode() => 0;
    }
}
