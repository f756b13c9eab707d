using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>Cuts a loop into strips: rounds are counted down without a look at anything, and a check stands between two strips.</summary>
/// <remarks>
/// <para>
/// The loop gets an outer loop around it, so that the JIT sees an inner loop without the check and the call. In the text, before
/// the header:
/// </para>
/// <code>
///           br start              // only if the code before runs into the header from outside
/// latch:    rounds = rounds - 1   // every jump back from the loop's body comes here
///           if (rounds != 0) goto header
///           if (requested) Reach()
/// start:    rounds = N            // every way in comes here
/// header:   ...
/// </code>
/// <para>
/// The statement at <c>start</c> is what keeps the two loops apart: without one the JIT would give both the same header and
/// take them for a single loop with a call in it. N rounds are a fixed number of instructions, some microseconds.
/// </para>
/// <para>
/// Two things more keep small loops fast, both with <see cref="LoopCopies"/>. A <see cref="CountedLoop"/> that finds at
/// <c>start</c> that it has no more than N rounds to go runs in a copy without the count-down, as it was written; if numbers in the
/// text say so, nothing is done to it at all. And very small loops count down once in several rounds: their jump back
/// goes to a copy of the loop, from there to the next, and from the last to <c>latch</c>.
/// </para>
/// </remarks>
internal sealed class StripMiner(MethodBody body, FlowGraph graph, CheckpointMembers members, ShadowedLocals shadows, bool isOptimized)
{
    // 16,384 instructions take 5 to 20 µs, and if each is a cache miss 1 ms: far below a time slice of 10 ms.
    private const int InstructionsPerStrip = 16_384;
    private const int RoundsMin = 16;
    private const int RoundsMax = 1_024;

    // Arbitrary: what a copy costs is code.
    private const int CopiedLengthMax = 80;
    private const int RepeatedLengthMax = 20;
    private const int RepeatCount = 4;

    private readonly LoopCopies _copies = new(body, graph);

    private readonly Lazy<StackDepth> _depth = new(() => new StackDepth(body, graph));

    /// <summary>Tells whether code may be put before the header: nothing lies on the stack there, and it is no handler's start.</summary>
    public bool MayCut(NaturalLoop loop)
    {
        Instruction header = graph.Instructions[loop.Header.First];
        return CountInstructions(loop) <= InstructionsPerStrip / RoundsMin
            && _depth.Value.Before(header) == 0
            && !body.ExceptionHandlers.Any(handler => handler.HandlerStart == header || handler.FilterStart == header);
    }

    /// <summary>Tells whether a loop has few rounds whatever happens, as its text says.</summary>
    public bool IsShort(NaturalLoop loop) =>
        CountedLoop.Find(body, graph, loop)?.FindRoundCount(graph, loop) is { } count && count <= RoundCountOf(loop);

    /// <summary>Cuts a loop.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="mayCopy">Whether no way out of the loop needs a check of its own.</param>
    public void Cut(NaturalLoop loop, bool mayCopy)
    {
        Instruction header = graph.Instructions[loop.Header.First];
        var rounds = new VariableDefinition(body.Method.Module.TypeSystem.Int32);
        body.Variables.Add(rounds);
        int roundCount = RoundCountOf(loop);
        mayCopy &= isOptimized && loop.Header.Region == 0 && CountInstructions(loop) <= CopiedLengthMax;

        Instruction start = Instruction.Create(OpCodes.Ldc_I4, roundCount);
        Instruction latch = Instruction.Create(OpCodes.Ldloc, rounds);
        List<Instruction> added =
        [
            latch,
            Instruction.Create(OpCodes.Ldc_I4, 1),
            Instruction.Create(OpCodes.Sub),
            Instruction.Create(OpCodes.Stloc, rounds),
            Instruction.Create(OpCodes.Ldloc, rounds),
            Instruction.Create(OpCodes.Brtrue, header),
            Instruction.Create(OpCodes.Volatile),
            Instruction.Create(OpCodes.Ldsfld, members.RequestCount),
            Instruction.Create(OpCodes.Brfalse, start),
            .. shadows.CallReach(members.Reach, loop.Header),
            start,
            Instruction.Create(OpCodes.Stloc, rounds),
        ];

        Instruction wayIn = start;
        if (mayCopy && CountedLoop.Find(body, graph, loop) is { } counted)
        {
            Instruction[] choice = Choose(counted, roundCount, _copies.Append(loop, next: null));
            added.InsertRange(added.IndexOf(start), choice);
            wayIn = choice[0];
        }

        Instruction wayBack = latch;
        if (mayCopy && CountInstructions(loop) <= RepeatedLengthMax)
        {
            start.Operand = roundCount / RepeatCount;
            wayBack = Enumerable.Range(1, RepeatCount - 1).Aggregate(latch, (next, _) => _copies.Append(loop, next));
        }

        bool startsTry = body.ExceptionHandlers.Any(handler => handler.TryStart == header);
        if (startsTry || IsEnteredFromAbove(loop))
        {
            added.Insert(0, Instruction.Create(OpCodes.Br, wayIn));
        }
        else if (wayBack != latch && loop.Blocks.Contains(loop.Header.Index - 1))
        {
            added.Insert(0, Instruction.Create(OpCodes.Br, wayBack));
        }

        // A jump from outside may enter a try block at its first instruction only.
        Instruction entry = startsTry ? added[0] : wayIn;
        Redirect(loop, header, wayBack, entry);
        _copies.Redirect(loop, header, entry);
        MoveRegions(header, added[0]);
        int index = body.Instructions.IndexOf(header);
        added.ForEach(instruction => body.Instructions.Insert(index++, instruction));
    }

    /// <summary>Leads a loop with few rounds to go to its copy. As numbers without sign: what has passed its limit has many.</summary>
    private static Instruction[] Choose(CountedLoop counted, int roundCount, Instruction copy) =>
    [
        .. counted.Limit.Select(LoopCopies.Clone),
        Instruction.Create(OpCodes.Ldloc, counted.Number),
        Instruction.Create(OpCodes.Sub),
        Instruction.Create(OpCodes.Ldc_I4, roundCount),
        Instruction.Create(OpCodes.Ble_Un, copy),
    ];

    private int RoundCountOf(NaturalLoop loop) => Math.Clamp(InstructionsPerStrip / CountInstructions(loop), RoundsMin, RoundsMax);

    private int CountInstructions(NaturalLoop loop) =>
        loop.Blocks.Sum(index => graph.Blocks[index].Last - graph.Blocks[index].First + 1);

    private bool IsEnteredFromAbove(NaturalLoop loop)
    {
        int above = loop.Header.Index - 1;
        return above < 0 || (!loop.Blocks.Contains(above) && FlowGraph.FallsThrough(graph.Instructions[graph.Blocks[above].Last]));
    }

    private void Redirect(NaturalLoop loop, Instruction header, Instruction latch, Instruction start)
    {
        foreach (int block in loop.Header.Predecessors.Distinct())
        {
            Instruction jump = graph.Instructions[graph.Blocks[block].Last];
            Instruction target = loop.Blocks.Contains(block) ? latch : start;
            if (jump.Operand is Instruction[] targets)
            {
                jump.Operand = targets.Select(each => each == header ? target : each).ToArray();
            }
            else if (jump.Operand == header)
            {
                jump.Operand = target;
            }
        }
    }

    private void MoveRegions(Instruction header, Instruction first)
    {
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.TryStart = handler.TryStart == header ? first : handler.TryStart;
            handler.TryEnd = handler.TryEnd == header ? first : handler.TryEnd;
            handler.HandlerEnd = handler.HandlerEnd == header ? first : handler.HandlerEnd;
        }
    }
}
