using System;
using System.Diagnostics;
using Goroutines.Internal.Primitives;

namespace Goroutines.Internal.Scheduling;

// Goal: no runnable goroutine waits while a processor is idle, and no thread is woken without need: a futex wake costs about
// 8 µs, the price of some hundred spawns.
//
// Ways rejected:
// - Waking one machine for each submission: a burst of n costs n wakes, and a ping-pong pair one per message.
// - A central lock around submit and park: every submission would enter it.
// - No fence on the submitting side and a process-wide barrier on the parking side: the barrier interrupts every core that
//   runs this process, which a server that parks 50,000 times a second on 64 cores cannot pay.
// - Leaving a missed wake to the monitor: then 200 µs would be the rule under load and not the exception.
//
// The way (Go's, with both of its counters in one word): a machine without work becomes a searcher, at most one for two busy
// processors. A submitter wakes a machine only when a processor is idle and nobody searches: a searcher will find the work.
// In return a searcher that stops searching looks at all queues once more after it has said so.
//
// Submit:          1. Put the item into a queue.               2. Full fence (the put's own).
//                  3. Read the word: idle processor, no searcher -> claim one and wake a machine for it.
// Park:            1. Idle count up, searching count down, in one addition: 2. full fence.
//                  3. Look at all queues; anything there -> do as submit's 3 (the claimed machine may be the one that parks).
//                  4. Sleep until a processor is assigned.
// Stop searching:  1. Searching count down.                     2. Full fence.
//                  3. The last one, with processors idle, looks at all queues -> as submit's 3.
//
// Proof that no wake is lost: take an item put (S1) and a processor that stays idle. If park's 1 comes after submit's 3 in the
// order of the word, then S1 precedes S2 precedes S3 precedes P1 precedes P3: the parking machine sees the item. If it comes
// before, submit's 3 reads the idle count. It acts unless somebody searches at that moment; that searcher leaves the word
// later, by finding work or by parking, and the last one to do so looks at the queues afterwards and sees the item. Since
// both counts are in one word there is no moment at which the processor is neither idle nor its machine a searcher.
// In the global queue the fence comes in the middle of S1: it reserves the place, which counts as an item, and the item is written
// behind it. The parking machine then sees the place and stays until the item is there (GlobalRunQueue.cs).
// Without fence S2 the item may become visible after the word was read: the parking machine finds nothing, the submitter saw
// a searcher, and the item waits. Without P2 the queues may be read before the word is written, with the same end.
//
// What wakes nobody: a goroutine readied into runnext, because the machine that readied it takes it next; ping-pong stays on
// one core. If that machine then runs on for long, the monitor frees runnext within 200 µs (Sysmon.cs). The machine that puts
// it makes sure of that: put (full fence), then read the monitor's state; the monitor: say "asleep" (full fence), then look.
//
// What a wake brings: the woken machine is a searcher. When it finds a batch, it wakes as many others as the work still
// visible can feed, log2 of it at once, and each of those does the same: n processors are busy after few serial wakes.
/// <summary>The wake-up state: how many processors are idle, how many machines search and how many are detached, and its moves.</summary>
internal sealed class Wakeup<TSync>
    where TSync : struct, ISync
{
    // Written by everyone with full fences, read by every submission with acquire.
    private PaddedWord _word;

    /// <summary>Gets the state now.</summary>
    public WakeWord Word => new(TSync.Read(ref _word.Value));

    /// <summary>
    /// Claims idle processors for machines to be woken as searchers; only while nobody searches. Returns how many, at most
    /// <paramref name="wanted"/>; the caller must start a searcher for each, or undo.
    /// </summary>
    public int TransitionIdleToSearching(int wanted)
    {
        Debug.Assert(wanted > 0, "Somebody is to be woken.");
        while (true)
        {
            WakeWord word = Word;
            if (!word.HasIdle || word.SearchingCount > 0 || word.IsDisposed)
            {
                return 0;
            }

            int count = Math.Min(wanted, word.IdleCount);
            if (TryMove(word, word.WithClaimed(count)))
            {
                return count;
            }
        }
    }

    /// <summary>A machine with a processor asks to search. False when enough others do: then it parks.</summary>
    public bool TryTransitionRunningToSearching(int processorCount)
    {
        while (true)
        {
            WakeWord word = Word;
            if (2 * word.SearchingCount >= processorCount - word.IdleCount)
            {
                return false;
            }

            if (TryMove(word, new WakeWord(word.Bits + WakeWord.OneSearching)))
            {
                return true;
            }
        }
    }

    /// <summary>
    /// A searcher found work. Returns true when it was the last one while processors are idle: the caller looks at all queues
    /// and wakes others for what it sees. Full fence.
    /// </summary>
    public bool TransitionSearchingToRunning()
    {
        var word = new WakeWord(TSync.Add(ref _word.Value, unchecked(0UL - WakeWord.OneSearching)));
        Debug.Assert(word.SearchingCount < ushort.MaxValue, "Who stops searching has been searching.");
        return word.SearchingCount == 0 && word.HasIdle;
    }

    /// <summary>A machine parks and its processor becomes idle; the caller then looks at all queues. Full fence.</summary>
    public WakeWord TransitionToIdle(bool wasSearching)
    {
        ulong delta = wasSearching ? unchecked(WakeWord.OneIdle - WakeWord.OneSearching) : WakeWord.OneIdle;
        return new WakeWord(TSync.Add(ref _word.Value, delta));
    }

    /// <summary>Claims one idle processor to remove it. False when all are claimed.</summary>
    public bool TryTransitionIdleToRemoved()
    {
        while (true)
        {
            WakeWord word = Word;
            if (!word.HasIdle)
            {
                return false;
            }

            if (TryMove(word, word.WithOneIdleLess()))
            {
                return true;
            }
        }
    }

    /// <summary>A detached machine claims an idle processor to go on with. False when all are claimed.</summary>
    public bool TryTransitionDetachedToRunning()
    {
        while (true)
        {
            WakeWord word = Word;
            if (!word.HasIdle)
            {
                return false;
            }

            if (TryMove(word, word.WithOneAttached()))
            {
                return true;
            }
        }
    }

    /// <summary>
    /// A machine loses its processor in the middle of an item. Before the processor becomes idle, so that no look sees all idle and
    /// nobody detached. Full fence.
    /// </summary>
    public void TransitionRunningToDetached() => TSync.Add(ref _word.Value, WakeWord.OneDetached);

    /// <summary>A detached machine was handed a processor, or its item has ended. Full fence.</summary>
    public void TransitionDetachedToNone() => TSync.Add(ref _word.Value, unchecked(0UL - WakeWord.OneDetached));

    /// <summary>A searcher lost its processor without parking with it. Full fence.</summary>
    public void TransitionSearchingToNone() => TSync.Add(ref _word.Value, unchecked(0UL - WakeWord.OneSearching));

    /// <summary>Marks the scheduler as disposed. Returns false when it already was. Full fence.</summary>
    public bool TryTransitionToDisposed()
    {
        while (true)
        {
            WakeWord word = Word;
            if (word.IsDisposed)
            {
                return false;
            }

            if (TryMove(word, new WakeWord(word.Bits | WakeWord.Disposed)))
            {
                return true;
            }
        }
    }

    private bool TryMove(WakeWord from, WakeWord to) =>
        TSync.CompareExchange(ref _word.Value, to.Bits, from.Bits) == from.Bits;
}
