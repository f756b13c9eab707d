using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.BuildTests;

/// <summary>Proves that a method cannot go round for long without a check.</summary>
/// <remarks>
/// An instruction that reads the requests stops the walk, and so does a count-down: the branch after
/// <c>ldloc r, ldc 1, sub, stloc r, ldloc r</c>, where r gets no other value than constants. What can still go round without
/// either is a loop without a check. Code that must not be interrupted is exempt.
/// </remarks>
internal sealed class CycleChecker
{
    private readonly MethodDefinition _method;
    private readonly HashSet<Instruction> _stops;

    private CycleChecker(MethodDefinition method)
    {
        _method = method;
        _stops = [.. method.Body.Instructions.Where(each => IlText.ReadsRequests(each) || IsCountDown(each))];
    }

    public static Instruction? FindUnchecked(MethodDefinition method) => new CycleChecker(method).Find();

    private Instruction? Find()
    {
        Instruction[] open = [.. _method.Body.Instructions.Where(each =>
            !_stops.Contains(each) && !IlText.IsUninterrupted(_method, each))];
        var waysIn = open.ToDictionary(each => each, _ => 0);
        foreach (Instruction next in open.SelectMany(IlText.NextOf).Where(waysIn.ContainsKey))
        {
            waysIn[next]++;
        }

        var ready = new Stack<Instruction>(open.Where(each => waysIn[each] == 0));
        while (ready.TryPop(out Instruction? instruction))
        {
            waysIn.Remove(instruction);
            foreach (Instruction next in IlText.NextOf(instruction).Where(waysIn.ContainsKey))
            {
                if (--waysIn[next] == 0)
                {
                    ready.Push(next);
                }
            }
        }

        return open.FirstOrDefault(waysIn.ContainsKey);
    }

    private bool IsCountDown(Instruction branch)
    {
        Instruction? load = branch.Previous;
        Instruction? store = load?.Previous;
        Instruction? subtract = store?.Previous;
        return branch.OpCode.Code is Code.Brtrue or Code.Brtrue_S
            && LocalOf(load, isStore: false) is { } local
            && LocalOf(store, isStore: true) == local
            && subtract?.OpCode.Code == Code.Sub
            && subtract.Previous?.OpCode.Code == Code.Ldc_I4_1
            && LocalOf(subtract.Previous.Previous, isStore: false) == local
            && _method.Body.Instructions
                .Where(each => each != store && LocalOf(each, isStore: true) == local)
                .All(each => each.Previous.OpCode.Code is Code.Ldc_I4 or Code.Ldc_I4_S);
    }

    private static int? LocalOf(Instruction? instruction, bool isStore) => (instruction?.OpCode.Code, isStore) switch
    {
        (Code.Ldloc_0, false) or (Code.Stloc_0, true) => 0,
        (Code.Ldloc_1, false) or (Code.Stloc_1, true) => 1,
        (Code.Ldloc_2, false) or (Code.Stloc_2, true) => 2,
        (Code.Ldloc_3, false) or (Code.Stloc_3, true) => 3,
        (Code.Ldloc or Code.Ldloc_S, false) or (Code.Stloc or Code.Stloc_S, true) => ((VariableDefinition)instruction!.Operand).Index,
        _ => null,
    };
}
