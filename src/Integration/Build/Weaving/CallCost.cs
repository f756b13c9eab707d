using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>Which calls take so little that a few thousand of them need no check in between.</summary>
/// <remarks>
/// Two kinds are known: members of the BCL that do one small thing, and methods of the same assembly that cannot be overridden
/// and have neither a loop nor a call that is not cheap itself. Everything else may take for ever, for all that is known.
/// </remarks>
internal sealed class CallCost
{
    private const int DepthMax = 3;
    private const int LeafLengthMax = 80;

    private static readonly HashSet<string> s_plainTypes = new(StringComparer.Ordinal)
    {
        "System.Boolean", "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32",
        "System.Int64", "System.UInt64", "System.IntPtr", "System.UIntPtr", "System.Int128", "System.UInt128", "System.Single",
        "System.Double", "System.Half", "System.Text.Rune", "System.BitConverter", "System.Math", "System.MathF", "System.Index",
        "System.Range", "System.Nullable`1", "System.TimeSpan", "System.DateTime", "System.Numerics.BitOperations",
        "System.Numerics.Vector", "System.Numerics.Vector`1", "System.Numerics.Vector2", "System.Numerics.Vector3",
        "System.Numerics.Vector4", "System.Numerics.Complex", "System.Numerics.Plane", "System.Numerics.Quaternion",
        "System.Runtime.CompilerServices.Unsafe", "System.Runtime.InteropServices.MemoryMarshal", "System.Buffers.Binary.BinaryPrimitives",
        "System.Span`1", "System.ReadOnlySpan`1", "System.Span`1/Enumerator", "System.ReadOnlySpan`1/Enumerator",
    };

    // Members of the types above, by the beginning of their name, that go through something long or call what a user wrote.
    private static readonly string[] s_longMembers =
    [
        "Parse", "TryParse", "ToString", "TryFormat", "Format", "CopyTo", "TryCopyTo", "CopyBlock", "InitBlock", "Fill", "Clear", "ToArray",
        "GetBytes", "GetHashCode", "ToEnumerable",
    ];

    private static readonly HashSet<string> s_members = new(StringComparer.Ordinal)
    {
        "System.String::get_Chars", "System.String::get_Length", "System.String::op_Implicit", "System.MemoryExtensions::AsSpan",
        "System.Array::get_Length", "System.Array::GetLength", "System.Array::GetUpperBound", "System.Array::GetLowerBound",
        "System.Memory`1::get_Span", "System.Memory`1::get_Length", "System.ReadOnlyMemory`1::get_Span",
        "System.ReadOnlyMemory`1::get_Length", "System.Collections.Generic.List`1::get_Item",
        "System.Collections.Generic.List`1::set_Item", "System.Collections.Generic.List`1::get_Count",
        "System.Collections.Generic.List`1/Enumerator::MoveNext", "System.Collections.Generic.List`1/Enumerator::get_Current",
        "System.Collections.Generic.KeyValuePair`2::get_Key", "System.Collections.Generic.KeyValuePair`2::get_Value",
    };

    private readonly ModuleDefinition _module;
    private readonly Dictionary<MethodDefinition, bool> _known = [];

    public CallCost(ModuleDefinition module) => _module = module;

    /// <summary>Tells whether an instruction of a loop takes a short and bounded time.</summary>
    public bool IsCheap(Instruction instruction) => IsCheap(instruction, 0);

    private bool IsCheap(Instruction instruction, int depth) => instruction.OpCode.Code switch
    {
        Code.Call or Code.Callvirt => IsCheapCall(instruction, depth),
        Code.Newobj => instruction.Operand is MethodReference made && IsPlainMember(made),
        Code.Calli or Code.Jmp or Code.Newarr or Code.Localloc or Code.Cpblk or Code.Initblk or Code.Box => false,
        _ => true,
    };

    private bool IsCheapCall(Instruction instruction, int depth)
    {
        var callee = (MethodReference)instruction.Operand;
        if (instruction.Previous?.OpCode.Code == Code.Constrained)
        {
            return false;
        }

        return callee.DeclaringType is ArrayType
            || IsPlainMember(callee)
            || (instruction.OpCode.Code == Code.Call && depth < DepthMax && IsLeaf(callee, depth + 1))
            || (instruction.OpCode.Code == Code.Callvirt && depth < DepthMax && IsFixed(callee) && IsLeaf(callee, depth + 1));
    }

    private static bool IsPlainMember(MethodReference member)
    {
        string type = member.DeclaringType.GetElementType().FullName;
        if (s_members.Contains($"{type}::{member.Name}"))
        {
            return true;
        }

        return (s_plainTypes.Contains(type) || type.StartsWith("System.Runtime.Intrinsics.", StringComparison.Ordinal))
            && !s_longMembers.Any(name => member.Name.StartsWith(name, StringComparison.Ordinal));
    }

    private bool IsFixed(MethodReference callee) =>
        FindHere(callee) is { } method && (!method.IsVirtual || method.IsFinal || method.DeclaringType.IsSealed);

    private bool IsLeaf(MethodReference callee, int depth)
    {
        if (FindHere(callee) is not { HasBody: true } method)
        {
            return false;
        }

        if (!_known.TryGetValue(method, out bool isLeaf))
        {
            // A recursion finds itself dear.
            _known[method] = false;
            isLeaf = IsLeafBody(method, depth);
            _known[method] = isLeaf;
        }

        return isLeaf;
    }

    private bool IsLeafBody(MethodDefinition method, int depth)
    {
        MethodBody body = method.Body;
        return body.Instructions.Count <= LeafLengthMax
            && body.ExceptionHandlers.Count == 0
            && body.Instructions.All(instruction =>
                IsCheap(instruction, depth)
                && FlowGraph.TargetsOf(instruction).All(target => target.Offset > instruction.Offset));
    }

    private MethodDefinition? FindHere(MethodReference callee)
    {
        MethodReference element = callee.GetElementMethod();
        bool isHere = element.DeclaringType.GetElementType().Scope == _module;
        return isHere ? element.Resolve() : null;
    }
}
