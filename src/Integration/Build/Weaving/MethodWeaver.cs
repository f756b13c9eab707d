using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Goroutines.Build.Weaving;

/// <summary>Puts checks into the loops of one method.</summary>
/// <remarks>
/// <para>
/// Goal: whatever goes round for long passes a check, and fast loops stay fast. Rejected: a check at each back-edge and nothing
/// else. The read of the flag and the call behind it keep the JIT from moving loads out of the loop and from keeping values in
/// registers, which made loops over arrays two to four times as slow.
/// </para>
/// <para>
/// Way taken: a loop that holds no other loop and no call that may take long is cut into strips of some hundred rounds
/// (<see cref="StripMiner"/>): what remains in it is a count-down, and the check stands between the strips; if its text says
/// that it is short, nothing is done to it. All other jumps backwards get a check each. Blocks that must not be interrupted
/// (finally, fault, filter) are left alone.
/// </para>
/// </remarks>
internal sealed class MethodWeaver
{
    private const DebuggableAttribute.DebuggingModes Unoptimized = DebuggableAttribute.DebuggingModes.DisableOptimizations;

    private readonly MethodBody _body;
    private readonly CheckpointMembers _members;
    private readonly CallCost _cost;
    private readonly FlowGraph _graph;
    private readonly ShadowedLocals _shadows;
    private readonly StripMiner _stripMiner;

    private MethodWeaver(MethodBody body, CheckpointMembers members, CallCost cost)
    {
        _body = body;
        _members = members;
        _cost = cost;
        _graph = new FlowGraph(body);
        _shadows = new ShadowedLocals(body, _graph);
        _stripMiner = new StripMiner(body, _graph, members, _shadows, IsOptimized(body.Method.Module.Assembly));
    }

    /// <summary>Weaves a method in place.</summary>
    /// <returns>How many checks at single back-edges and how many strip-mined loops there are now.</returns>
    public static (int CheckCount, int StripCount) Weave(MethodDefinition method, CheckpointMembers members, CallCost cost)
    {
        MethodBody body = method.Body;
        if (!body.Instructions.Any(JumpsBack))
        {
            return (0, 0);
        }

        // Also makes the branches long: what is put in between may move their targets out of reach.
        body.SimplifyMacros();
        (int CheckCount, int StripCount) counts = new MethodWeaver(body, members, cost).WeaveLoops();
        body.OptimizeMacros();
        return counts;
    }

    private static bool JumpsBack(Instruction instruction) =>
        FlowGraph.TargetsOf(instruction).Any(target => target.Offset <= instruction.Offset);

    /// <summary>Tells whether nobody is going to step through the code: a breakpoint would not be hit in copies of its line.</summary>
    private static bool IsOptimized(AssemblyDefinition assembly) => !assembly.CustomAttributes.Any(attribute =>
        attribute.AttributeType.FullName == typeof(DebuggableAttribute).FullName
        && attribute.GetBlob() is { Length: 8 } blob
        && ((DebuggableAttribute.DebuggingModes)BitConverter.ToInt32(blob, 2)).HasFlag(Unoptimized));

    private (int CheckCount, int StripCount) WeaveLoops()
    {
        List<BackEdge> edges = FindBackEdges();
        List<NaturalLoop> loops = edges.Count == 0 ? [] : [.. new LoopFinder(_graph).FindInnermost().Where(IsShortRound)];
        int stripCount = 0;
        foreach (NaturalLoop loop in loops)
        {
            edges.RemoveAll(edge => loop.Blocks.Contains(edge.From.Index) && loop.Blocks.Contains(edge.To.Index));
            if (!_stripMiner.IsShort(loop))
            {
                _stripMiner.Cut(loop, mayCopy: !edges.Exists(edge => loop.Blocks.Contains(edge.From.Index)));
                stripCount++;
            }
        }

        foreach (BackEdge edge in edges)
        {
            AddCheck(edge);
        }

        return (edges.Count, stripCount);
    }

    private List<BackEdge> FindBackEdges()
    {
        var edges = new List<BackEdge>();
        foreach (BasicBlock block in _graph.Blocks.Where(block => MayCheck(block.First)))
        {
            Instruction jump = _graph.Instructions[block.Last];
            Instruction[] targets = FlowGraph.TargetsOf(jump);
            for (int index = 0; index < targets.Length; index++)
            {
                if (_graph.IndexOf(targets[index]) <= block.Last)
                {
                    edges.Add(new BackEdge(jump, index, block, _graph.BlockOf(targets[index])));
                }
            }
        }

        return edges;
    }

    private bool MayCheck(int index) => !_body.ExceptionHandlers.Any(handler => handler.HandlerType switch
    {
        ExceptionHandlerType.Finally or ExceptionHandlerType.Fault => Lies(index, handler.HandlerStart, handler.HandlerEnd),
        ExceptionHandlerType.Filter => Lies(index, handler.FilterStart, handler.HandlerStart),
        _ => false,
    });

    private bool Lies(int index, Instruction first, Instruction? end) =>
        index >= _graph.IndexOf(first) && index < _graph.IndexOf(end);

    private bool IsShortRound(NaturalLoop loop) =>
        loop.Blocks.All(index => IsShortBlock(_graph.Blocks[index]) && _graph.Blocks[index].Region == loop.Header.Region)
        && MayCheck(loop.Header.First)
        && _stripMiner.MayCut(loop);

    private bool IsShortBlock(BasicBlock block)
    {
        for (int index = block.First; index <= block.Last; index++)
        {
            if (!_cost.IsCheap(_graph.Instructions[index]))
            {
                return false;
            }
        }

        return true;
    }

    private void AddCheck(BackEdge edge)
    {
        if (edge.Jump.OpCode.Code is Code.Br or Code.Leave)
        {
            CheckBefore(edge);
        }
        else
        {
            CheckBetween(edge);
        }
    }

    /// <summary>An unconditional jump: its own place becomes the start of the check, so that jumps to it find the check.</summary>
    private void CheckBefore(BackEdge edge)
    {
        Instruction jump = Instruction.Create(edge.Jump.OpCode, (Instruction)edge.Jump.Operand);
        edge.Jump.OpCode = OpCodes.Volatile;
        edge.Jump.Operand = null;
        InsertAfter(edge.Jump, [.. CheckTail(edge.To, jump), jump]);
    }

    /// <summary>A conditional jump: it goes to a check behind it, which lies off the straight way and jumps on.</summary>
    private void CheckBetween(BackEdge edge)
    {
        Instruction[] targets = [.. FlowGraph.TargetsOf(edge.Jump)];
        Instruction jump = Instruction.Create(OpCodes.Br, targets[edge.TargetIndex]);
        Instruction check = Instruction.Create(OpCodes.Volatile);
        InsertAfter(edge.Jump, [Instruction.Create(OpCodes.Br, edge.Jump.Next), check, .. CheckTail(edge.To, jump), jump]);
        targets[edge.TargetIndex] = check;
        edge.Jump.Operand = edge.Jump.OpCode.Code == Code.Switch ? targets : check;
    }

    private IEnumerable<Instruction> CheckTail(BasicBlock goesOnAt, Instruction rest) =>
    [
        Instruction.Create(OpCodes.Ldsfld, _members.RequestCount),
        Instruction.Create(OpCodes.Brfalse, rest),
        .. _shadows.CallReach(_members.Reach, goesOnAt),
    ];

    private void InsertAfter(Instruction place, Instruction[] added)
    {
        int index = _body.Instructions.IndexOf(place) + 1;
        foreach (Instruction instruction in added)
        {
            _body.Instructions.Insert(index++, instruction);
        }
    }
}
