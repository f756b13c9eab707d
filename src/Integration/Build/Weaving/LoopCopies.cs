using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>Copies of loops, behind the method's last instruction. Each has its own way round; all leave to the same places.</summary>
internal sealed class LoopCopies(MethodBody body, FlowGraph graph)
{
    private readonly List<(NaturalLoop Loop, Instruction Copy)> _all = [];

    public static Instruction Clone(Instruction instruction)
    {
        Instruction copy = Instruction.Create(OpCodes.Nop);
        copy.OpCode = instruction.OpCode;
        copy.Operand = instruction.Operand;
        return copy;
    }

    /// <summary>Appends a copy.</summary>
    /// <param name="loop">What to copy; it lies in no exception block.</param>
    /// <param name="next">Where its jumps back go instead; null for its own header.</param>
    /// <returns>The header of the copy.</returns>
    public Instruction Append(NaturalLoop loop, Instruction? next)
    {
        int[] blocks = [.. loop.Blocks.Order()];
        var copies = new Dictionary<Instruction, Instruction>();
        foreach (Instruction each in blocks.SelectMany(InstructionsOf))
        {
            copies.Add(each, Clone(each));
        }

        Instruction header = graph.Instructions[loop.Header.First];
        Instruction Move(Instruction target) =>
            target == header ? next ?? copies[header] : copies.GetValueOrDefault(target, target);
        foreach (Instruction copy in copies.Values)
        {
            copy.Operand = copy.Operand switch
            {
                Instruction target => Move(target),
                Instruction[] targets => targets.Select(Move).ToArray(),
                object other => other,
                null => null,
            };
        }

        var added = new List<Instruction>();
        foreach (int block in blocks)
        {
            added.AddRange(InstructionsOf(block).Select(each => copies[each]));
            Instruction last = graph.Instructions[graph.Blocks[block].Last];
            if (FlowGraph.FallsThrough(last))
            {
                // What may have been put behind it meanwhile belongs to another loop's way in.
                Instruction target = loop.Blocks.Contains(block + 1)
                    ? Move(graph.Instructions[graph.Blocks[block + 1].First])
                    : last.Next;
                added.Add(Instruction.Create(OpCodes.Br, target));
            }
        }

        Append(loop, added);
        CopyLines(copies);
        return copies[header];
    }

    /// <summary>Leads the ways out of copies of other loops to a new place, too.</summary>
    public void Redirect(NaturalLoop loop, Instruction header, Instruction start)
    {
        foreach (Instruction copy in _all.Where(each => each.Loop != loop).Select(each => each.Copy))
        {
            copy.Operand = copy.Operand switch
            {
                Instruction target when target == header => start,
                Instruction[] targets => targets.Select(each => each == header ? start : each).ToArray(),
                object other => other,
                null => null,
            };
        }
    }

    private IEnumerable<Instruction> InstructionsOf(int block) =>
        graph.Instructions.Take(graph.Blocks[block].First..(graph.Blocks[block].Last + 1));

    private void Append(NaturalLoop loop, List<Instruction> added)
    {
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            handler.HandlerEnd ??= added[0];
        }

        foreach (Instruction instruction in added)
        {
            body.Instructions.Add(instruction);
            _all.Add((loop, instruction));
        }
    }

    private void CopyLines(Dictionary<Instruction, Instruction> copies)
    {
        Mono.Collections.Generic.Collection<SequencePoint> lines = body.Method.DebugInformation.SequencePoints;
        var byOffset = lines.GroupBy(line => line.Offset).ToDictionary(group => group.Key, group => group.First());
        foreach ((Instruction original, Instruction copy) in copies)
        {
            if (lines.Count > 0 && original.Offset >= 0 && byOffset.TryGetValue(original.Offset, out SequencePoint? line))
            {
                lines.Add(new SequencePoint(copy, line.Document)
                {
                    StartLine = line.StartLine,
                    StartColumn = line.StartColumn,
                    EndLine = line.EndLine,
                    EndColumn = line.EndColumn,
                });
            }
        }
    }
}
