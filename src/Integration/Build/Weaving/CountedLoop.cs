using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>A loop that goes on while a number that grows by a fixed step is below a limit that stays as it is.</summary>
/// <remarks>
/// How many rounds it makes is known before it begins: the limit less the number. The header is the test and nothing else, the one
/// block that jumps back makes the step, and neither the number nor the limit is written in any other place of the loop.
/// </remarks>
internal sealed class CountedLoop
{
    // No array is so long that a step leads beyond what an int holds.
    private const int StepMax = 32;
    private const int ConstantLimitMax = int.MaxValue / 2;

    private CountedLoop(VariableDefinition number, Instruction[] limit)
    {
        Number = number;
        Limit = limit;
    }

    public VariableDefinition Number { get; }

    /// <summary>Gets the instructions that load the limit.</summary>
    public Instruction[] Limit { get; }

    /// <summary>Tells whether a loop is counted.</summary>
    /// <returns>What it counts, or null.</returns>
    public static CountedLoop? Find(MethodBody body, FlowGraph graph, NaturalLoop loop)
    {
        Instruction[] test = [.. graph.Instructions.Take(loop.Header.First..(loop.Header.Last + 1))];
        Instruction[] inside = [.. loop.Blocks.SelectMany(block => InstructionsOf(graph, graph.Blocks[block]))];
        if (test.Length < 3
            || !LeavesWhenReached(graph, loop, test[^1])
            || test[0].OpCode.Code != Code.Ldloc
            || test[0].Operand is not VariableDefinition number
            || !IsPlainInt(body, number)
            || !IsFixed(body, test[1..^1], inside)
            || StepOf(graph, loop, number, inside) is not { } step)
        {
            return null;
        }

        bool isSafe = step == 1 || (step <= StepMax && test[1].OpCode.Code == Code.Ldc_I4 && (int)test[1].Operand < ConstantLimitMax);
        return isSafe ? new CountedLoop(number, test[1..^1]) : null;
    }

    /// <summary>Tells whether first and last number are known, and how many rounds lie between them at most.</summary>
    public int? FindRoundCount(FlowGraph graph, NaturalLoop loop)
    {
        int[] before = [.. loop.Header.Predecessors.Where(block => !loop.Blocks.Contains(block)).Distinct()];
        if (before.Length != 1 || Limit[0].OpCode.Code != Code.Ldc_I4)
        {
            return null;
        }

        BasicBlock entry = graph.Blocks[before[0]];
        int last = graph.Instructions[entry.Last].OpCode.Code == Code.Br ? entry.Last - 1 : entry.Last;
        if (last <= entry.First
            || graph.Instructions[last].OpCode.Code != Code.Stloc
            || graph.Instructions[last].Operand != Number
            || graph.Instructions[last - 1].OpCode.Code != Code.Ldc_I4)
        {
            return null;
        }

        long count = (long)(int)Limit[0].Operand - (int)graph.Instructions[last - 1].Operand;
        return count is >= 0 and <= int.MaxValue ? (int)count : null;
    }

    private static IEnumerable<Instruction> InstructionsOf(FlowGraph graph, BasicBlock block) =>
        graph.Instructions.Take(block.First..(block.Last + 1));

    private static bool LeavesWhenReached(FlowGraph graph, NaturalLoop loop, Instruction jump)
    {
        bool staysInText = loop.Blocks.Contains(loop.Header.Index + 1);
        return jump.OpCode.Code switch
        {
            Code.Blt => !staysInText && loop.Blocks.Contains(graph.BlockOf((Instruction)jump.Operand).Index),
            Code.Bge => staysInText && !loop.Blocks.Contains(graph.BlockOf((Instruction)jump.Operand).Index),
            _ => false,
        };
    }

    private static bool IsPlainInt(MethodBody body, VariableDefinition local) =>
        local.VariableType.MetadataType == MetadataType.Int32
        && !body.Instructions.Any(each => each.OpCode.Code == Code.Ldloca && each.Operand == local);

    private static bool IsFixed(MethodBody body, Instruction[] limit, Instruction[] inside)
    {
        object? source = limit[0].Operand;
        bool isWritten = inside.Any(each => each.OpCode.Code is Code.Stloc or Code.Starg && each.Operand == source);
        return (limit[0].OpCode.Code, limit.Length) switch
        {
            (Code.Ldc_I4, 1) => true,
            (Code.Ldloc, 1) => !isWritten && IsPlainInt(body, (VariableDefinition)source),
            (Code.Ldloc, 3) => !isWritten && IsLengthOfArray(limit) && !IsExposed(body, source),
            (Code.Ldloca, 2) => !isWritten && IsLengthOfSpan(limit[1]) && !inside.Any(MayWriteStructures),
            _ => false,
        };
    }

    private static bool IsExposed(MethodBody body, object source) =>
        body.Instructions.Any(each => each.OpCode.Code == Code.Ldloca && each.Operand == source);

    private static bool IsLengthOfArray(Instruction[] limit) =>
        limit[1].OpCode.Code == Code.Ldlen && limit[2].OpCode.Code == Code.Conv_I4;

    private static bool IsLengthOfSpan(Instruction call) =>
        call.Operand is MethodReference { Name: "get_Length" } length
        && length.DeclaringType.GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1";

    private static bool MayWriteStructures(Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Stobj or Code.Initobj or Code.Cpobj or Code.Stfld => true,
        _ => instruction.Operand is MethodReference callee && callee.Parameters.Any(each => each.ParameterType.IsByReference),
    };

    private static int? StepOf(FlowGraph graph, NaturalLoop loop, VariableDefinition number, Instruction[] inside)
    {
        Instruction[] writes = [.. inside.Where(each => each.OpCode.Code == Code.Stloc && each.Operand == number)];
        int[] latches = [.. loop.Header.Predecessors.Where(loop.Blocks.Contains).Distinct()];
        if (writes.Length != 1 || latches.Length != 1 || graph.BlockOf(writes[0]).Index != latches[0])
        {
            return null;
        }

        int index = graph.IndexOf(writes[0]);
        bool isStep = index - 3 >= graph.Blocks[latches[0]].First
            && graph.Instructions[index - 1].OpCode.Code == Code.Add
            && graph.Instructions[index - 2].OpCode.Code == Code.Ldc_I4
            && graph.Instructions[index - 3].OpCode.Code == Code.Ldloc
            && graph.Instructions[index - 3].Operand == number;
        int step = isStep ? (int)graph.Instructions[index - 2].Operand : 0;
        return step > 0 ? step : null;
    }
}
