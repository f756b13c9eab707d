using System;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Decides an execution's open questions: which thread runs next, and when a buffered store reaches memory.</summary>
internal interface IStrategy
{
    /// <summary>Starts the next execution. False when every execution within the bound was seen.</summary>
    bool TryBegin();

    /// <summary>Chooses the thread to run next; returns its position in <paramref name="threads"/>.</summary>
    /// <param name="threads">Numbers of the threads that can run, the running one first if it can go on.</param>
    /// <param name="canContinue">Whether the first is the running thread, so that any other choice is a preemption.</param>
    int ChooseThread(ReadOnlySpan<int> threads, bool canContinue);

    /// <summary>Chooses one of several ways the memory may behave.</summary>
    int ChooseOption(int count);

    /// <summary>Tells how to get this execution again.</summary>
    string Describe();
}
