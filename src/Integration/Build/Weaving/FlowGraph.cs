using System.Collections.Generic;
using System.Linq;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>The basic blocks of a method and how control passes between them, as the method was before it is changed.</summary>
internal sealed class FlowGraph
{
    private readonly Dictionary<Instruction, int> _indices = [];
    private readonly int[] _blockOf;

    public FlowGraph(MethodBody body)
    {
        Instructions = [.. body.Instructions];
        for (int index = 0; index < Instructions.Length; index++)
        {
            _indices.Add(Instructions[index], index);
        }

        _blockOf = new int[Instructions.Length];
        Blocks = CutIntoBlocks(FindLeaders(body));
        foreach (BasicBlock block in Blocks)
        {
            Connect(block);
        }

        AddHandlers(body);
    }

    public Instruction[] Instructions { get; }

    public BasicBlock[] Blocks { get; }

    /// <summary>Gets the place of an instruction; one that is null, the end of a region, lies behind the last.</summary>
    public int IndexOf(Instruction? instruction) => instruction is null ? Instructions.Length : _indices[instruction];

    public BasicBlock BlockAt(int instructionIndex) => Blocks[_blockOf[instructionIndex]];

    public BasicBlock BlockOf(Instruction instruction) => BlockAt(IndexOf(instruction));

    /// <summary>Gets the instructions a branch, a leave or a switch may jump to.</summary>
    public static Instruction[] TargetsOf(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    public static bool FallsThrough(Instruction instruction) =>
        instruction.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw)
        && instruction.OpCode.Code != Code.Jmp;

    private bool[] FindLeaders(MethodBody body)
    {
        bool[] leaders = new bool[Instructions.Length + 1];
        leaders[0] = true;
        for (int index = 0; index < Instructions.Length; index++)
        {
            Instruction instruction = Instructions[index];
            foreach (Instruction target in TargetsOf(instruction))
            {
                leaders[IndexOf(target)] = true;
            }

            leaders[index + 1] |= instruction.OpCode.FlowControl is not (FlowControl.Next or FlowControl.Call or FlowControl.Meta);
        }

        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            leaders[IndexOf(handler.TryStart)] = true;
            leaders[IndexOf(handler.TryEnd)] = true;
            leaders[IndexOf(handler.HandlerStart)] = true;
            leaders[IndexOf(handler.HandlerEnd)] = true;
            leaders[handler.FilterStart is null ? 0 : IndexOf(handler.FilterStart)] = true;
        }

        return leaders;
    }

    private BasicBlock[] CutIntoBlocks(bool[] leaders)
    {
        var blocks = new List<BasicBlock>();
        int first = 0;
        for (int index = 0; index < Instructions.Length; index++)
        {
            _blockOf[index] = blocks.Count;
            if (index + 1 == Instructions.Length || leaders[index + 1])
            {
                blocks.Add(new BasicBlock(blocks.Count, first, index));
                first = index + 1;
            }
        }

        return [.. blocks];
    }

    private void Connect(BasicBlock block)
    {
        Instruction last = Instructions[block.Last];
        IEnumerable<int> next = TargetsOf(last).Select(target => BlockOf(target).Index);
        if (FallsThrough(last) && block.Index + 1 < Blocks.Length)
        {
            next = next.Append(block.Index + 1);
        }

        foreach (int successor in next.Distinct())
        {
            block.Successors.Add(successor);
            Blocks[successor].Predecessors.Add(block.Index);
        }
    }

    private void AddHandlers(MethodBody body)
    {
        // Inner regions come first in the table, so the first one that holds a block is the innermost.
        int region = 0;
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            int handlerBlock = BlockOf(handler.FilterStart ?? handler.HandlerStart).Index;
            MarkRegion(IndexOf(handler.TryStart), IndexOf(handler.TryEnd), ++region);
            MarkRegion(IndexOf(handler.FilterStart ?? handler.HandlerStart), IndexOf(handler.HandlerEnd), ++region);
            foreach (BasicBlock block in Blocks)
            {
                if (block.First >= IndexOf(handler.TryStart) && block.First < IndexOf(handler.TryEnd))
                {
                    AddHandler(block, handlerBlock);
                    if (handler.FilterStart is not null)
                    {
                        AddHandler(block, BlockOf(handler.HandlerStart).Index);
                    }
                }
            }
        }
    }

    private void AddHandler(BasicBlock block, int handlerBlock)
    {
        block.Handlers.Add(handlerBlock);
        Blocks[handlerBlock].Predecessors.Add(block.Index);
    }

    private void MarkRegion(int first, int end, int region)
    {
        foreach (BasicBlock block in Blocks)
        {
            if (block.Region == 0 && block.First >= first && block.First < end)
            {
                block.Region = region;
            }
        }
    }
}
