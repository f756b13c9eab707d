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
/// </remarks>
internal sealed class StripMiner(MethodBody body, FlowGraph graph, CheckpointMembers members, ShadowedLocals shadows)
{
    // 16,384 instructions take 5 to 20 µs, and if each is a cache miss 1 ms: far below a time slice of 10 ms.
    private const int InstructionsPerStrip = 16_384;
    private const int RoundsMin = 16;
    private const int RoundsMax = 1_024;

    private readonly Lazy<StackDepth> _depth = new(() => new StackDepth(body, graph));

    /// <summary>Tells whether code may be put before the header: nothing lies on the stack there, and it is no handler's start.</summary>
    public bool MayCut(NaturalLoop loop)
    {
        Instruction header = graph.Instructions[loop.Header.First];
        return CountInstructions(loop) <= InstructionsPerStrip / RoundsMin
            && _depth.Value.Before(header) == 0
            && !body.ExceptionHandlers.Any(handler => handler.HandlerStart == header || handler.FilterStart == header);
    }

    public void Cut(NaturalLoop loop)
    {
        Instruction header = graph.Instructions[loop.Header.First];
        var rounds = new VariableDefinition(body.Method.Module.TypeSystem.Int32);
        body.Variables.Add(rounds);
        int roundCount = Math.Clamp(InstructionsPerStrip / CountInstructions(loop), RoundsMin, RoundsMax);

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

        bool startsTry = body.ExceptionHandlers.Any(handler => handler.TryStart == header);
        if (startsTry || IsEnteredFromAbove(loop))
        {
            added.Insert(0, Instruction.Create(OpCodes.Br, start));
        }

        // A jump from outside may enter a try block at its first instruction only.
        Redirect(loop, header, latch, startsTry ? added[0] : start);
        MoveRegions(header, added[0]);
        int index = body.Instructions.IndexOf(header);
        added.ForEach(instruction => body.Instructions.Insert(index++, instruction));
    }

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
