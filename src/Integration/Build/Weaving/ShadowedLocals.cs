using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>Keeps floating-point and vector values out of the way of the call to the scheduler.</summary>
/// <remarks>
/// <para>
/// Goal: a loop over vectors must not become slower because of a call that nearly never happens. Many ABIs keep no vector register
/// over a call, so a value that lives across it is stored at every assignment, in the loop: seven times as slow for a vector sum.
/// </para>
/// <para>
/// Way taken: on the slow path only, each such value is copied into a shadow before the call and back after it, so that it lives
/// in no register across the call. The copies are volatile, which puts the shadow into memory for good. Only variables that
/// are live at the place, and whose address nobody takes, are copied: the copy of a dead variable would make it live, and one that
/// is changed through a pointer meanwhile would be lost.
/// </para>
/// </remarks>
internal sealed class ShadowedLocals
{
    // The bits of a word.
    private const int CountMax = 64;

    private static readonly HashSet<string> s_vectorTypes = new(StringComparer.Ordinal)
    {
        "System.Numerics.Vector`1", "System.Numerics.Vector2", "System.Numerics.Vector3", "System.Numerics.Vector4",
        "System.Numerics.Quaternion", "System.Numerics.Plane", "System.Runtime.Intrinsics.Vector64`1",
        "System.Runtime.Intrinsics.Vector128`1", "System.Runtime.Intrinsics.Vector256`1", "System.Runtime.Intrinsics.Vector512`1",
    };

    private readonly MethodBody _body;
    private readonly FlowGraph _graph;
    private readonly List<object> _variables = [];
    private readonly VariableDefinition?[] _shadows;
    private readonly ulong[] _liveIn;

    public ShadowedLocals(MethodBody body, FlowGraph graph)
    {
        _body = body;
        _graph = graph;
        HashSet<object?> exposed = [.. body.Instructions.Where(TakesAddress).Select(instruction => instruction.Operand)];
        _variables.AddRange(body.Variables.Where(variable => IsVector(variable.VariableType) && !exposed.Contains(variable)));
        _variables.AddRange(body.Method.Parameters.Where(each => IsVector(each.ParameterType) && !exposed.Contains(each)));
        if (_variables.Count > CountMax)
        {
            _variables.RemoveRange(CountMax, _variables.Count - CountMax);
        }

        _shadows = new VariableDefinition[_variables.Count];
        _liveIn = new ulong[graph.Blocks.Length];
        if (_variables.Count > 0)
        {
            FindLive();
        }
    }

    /// <summary>Makes the slow path: copies away what is live at the start of a block, calls, copies back.</summary>
    public IEnumerable<Instruction> CallReach(MethodReference reach, BasicBlock goesOnAt)
    {
        int[] live = [.. Enumerable.Range(0, _variables.Count).Where(index => (_liveIn[goesOnAt.Index] & (1ul << index)) != 0)];
        return [.. live.SelectMany(Save), Instruction.Create(OpCodes.Call, reach), .. live.SelectMany(Restore)];
    }

    private static bool TakesAddress(Instruction instruction) =>
        instruction.OpCode.Code is Code.Ldloca or Code.Ldloca_S or Code.Ldarga or Code.Ldarga_S;

    private static bool IsVector(TypeReference type) =>
        type.MetadataType is MetadataType.Single or MetadataType.Double
        || (type.IsValueType && s_vectorTypes.Contains(type.GetElementType().FullName));

    private Instruction[] Save(int index) =>
    [
        Instruction.Create(OpCodes.Ldloca, ShadowOf(index)),
        _variables[index] is VariableDefinition local
            ? Instruction.Create(OpCodes.Ldloc, local)
            : Instruction.Create(OpCodes.Ldarg, (ParameterDefinition)_variables[index]),
        Instruction.Create(OpCodes.Volatile),
        Instruction.Create(OpCodes.Stobj, ShadowOf(index).VariableType),
    ];

    private Instruction[] Restore(int index) =>
    [
        Instruction.Create(OpCodes.Ldloca, ShadowOf(index)),
        Instruction.Create(OpCodes.Volatile),
        Instruction.Create(OpCodes.Ldobj, ShadowOf(index).VariableType),
        _variables[index] is VariableDefinition local
            ? Instruction.Create(OpCodes.Stloc, local)
            : Instruction.Create(OpCodes.Starg, (ParameterDefinition)_variables[index]),
    ];

    private VariableDefinition ShadowOf(int index)
    {
        if (_shadows[index] is not { } shadow)
        {
            object variable = _variables[index];
            shadow = new VariableDefinition(
                variable is VariableDefinition local ? local.VariableType : ((ParameterDefinition)variable).ParameterType);
            _body.Variables.Add(shadow);
            _shadows[index] = shadow;
        }

        return shadow;
    }

    /// <summary>Backward data flow to its fixed point. What a handler needs is live in all of the block it protects.</summary>
    private void FindLive()
    {
        var uses = new ulong[_liveIn.Length];
        var sets = new ulong[_liveIn.Length];
        foreach (BasicBlock block in _graph.Blocks)
        {
            for (int index = block.First; index <= block.Last; index++)
            {
                Note(_graph.Instructions[index], ref uses[block.Index], ref sets[block.Index]);
            }
        }

        var open = new Stack<int>(Enumerable.Range(0, _liveIn.Length));
        while (open.TryPop(out int index))
        {
            BasicBlock block = _graph.Blocks[index];
            ulong after = block.Successors.Aggregate(0ul, (live, next) => live | _liveIn[next]);
            ulong before = uses[index] | (after & ~sets[index]);
            before = block.Handlers.Aggregate(before, (live, handler) => live | _liveIn[handler]);
            if (before != _liveIn[index])
            {
                _liveIn[index] = before;
                block.Predecessors.ForEach(open.Push);
            }
        }
    }

    private void Note(Instruction instruction, ref ulong uses, ref ulong sets)
    {
        bool isUse = instruction.OpCode.Code is Code.Ldloc or Code.Ldarg;
        bool isSet = instruction.OpCode.Code is Code.Stloc or Code.Starg;
        int index = isUse || isSet ? _variables.IndexOf(instruction.Operand) : -1;
        if (index >= 0)
        {
            ulong bit = 1ul << index;
            uses |= isUse && (sets & bit) == 0 ? bit : 0;
            sets |= isSet ? bit : 0;
        }
    }
}
