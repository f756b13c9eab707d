using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Channels;
using Goroutines.Compare.Measuring;
using Goroutines.Compare.Sides;

namespace Goroutines.Compare.Workloads;

/// <summary>One thing to do, written once for all sides.</summary>
internal abstract class Workload
{
    /// <summary>Gets the workload's name, the word for <c>--only</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Gets which way of doing it this is, or an empty text.</summary>
    public virtual string Variant => "";

    /// <summary>Gets the quantities a run reports, in the order in which they are shown.</summary>
    public abstract IReadOnlyList<Quantity> Quantities { get; }

    /// <summary>Gets the most rounds worth running; rows that take minutes for one have fewer.</summary>
    public virtual int RoundCountMax => int.MaxValue;

    /// <summary>Gets the name with the variant.</summary>
    public string FullName => Variant.Length == 0 ? Name : $"{Name} {Variant}";

    /// <summary>Says in a few words how much one run does.</summary>
    public abstract string DescribeSize(Scale scale);

    /// <summary>Says whether a scale does less than the workload's definition asks for.</summary>
    public bool IsScaled(Scale scale) => DescribeSize(scale) != DescribeSize(Scale.Full);

    /// <summary>Runs and measures it, warm-up included. Called once in a process.</summary>
    /// <exception cref="InvalidOperationException">The workload computed a wrong result.</exception>
    public abstract IReadOnlyList<Metric> Run<TSide>(Scale scale)
        where TSide : struct, ISide;

    public Quantity? FindQuantity(string name) => Quantities.FirstOrDefault(quantity => quantity.Name == name);

    /// <summary>Makes a bounded channel: the BCL's, or the side's own.</summary>
    protected static Channel<T> CreateChannel<TSide, T>(bool isOwnWay, int capacity)
        where TSide : struct, ISide => isOwnWay ? TSide.CreateChannel<T>(capacity) : Channel.CreateBounded<T>(capacity);

    /// <summary>Throws if a workload's result is wrong: a fast wrong answer is no figure.</summary>
    protected static void Check(long expected, long actual, string what)
    {
        if (expected != actual)
        {
            throw new InvalidOperationException($"{what} is {actual}, but should be {expected}.");
        }
    }
}

/// <summary>A quantity a workload reports.</summary>
/// <param name="Name">The name; empty for the main one.</param>
/// <param name="Unit">The unit, as shown in tables.</param>
/// <param name="Goal">What is to be reached, if anything is.</param>
/// <param name="MoreIsBetter">Whether more is better, as it is of a rate; else less is.</param>
internal sealed record Quantity(string Name, string Unit, Goal? Goal = null, bool MoreIsBetter = false)
{
    /// <summary>Returns how many times better our figure is than the ThreadPool's; null if one is missing.</summary>
    public double? Ratio(double? threadPool, double? goroutines) =>
        MoreIsBetter ? goroutines / threadPool : threadPool / goroutines;
}

/// <summary>A figure to reach.</summary>
internal abstract record Goal(double Limit)
{
    public abstract string Text { get; }

    /// <summary>Judges our median and how many times better it is; null if what is needed was not measured.</summary>
    public abstract bool? IsMet(double? ratio, double? goroutines);
}

/// <summary>Our figure is to be at least so many times better than the ThreadPool's.</summary>
internal sealed record RatioGoal(double Limit) : Goal(Limit)
{
    public override string Text => FormattableString.Invariant($"≥ {Limit}×");

    public override bool? IsMet(double? ratio, double? goroutines) => ratio is double value ? value >= Limit : null;
}

/// <summary>Our figure is to be at most the limit; it is only judged at the size of the definition.</summary>
internal sealed record AtMostGoal(double Limit, bool NeedsFullSize = false) : Goal(Limit)
{
    public override string Text => FormattableString.Invariant($"≤ {Limit}");

    public override bool? IsMet(double? ratio, double? goroutines) =>
        goroutines is double value ? value <= Limit : null;
}
