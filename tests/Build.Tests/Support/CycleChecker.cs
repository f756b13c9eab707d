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
/// <para>
/// Loops of few rounds may do without: the test of a number that only grows, from a constant to a constant, and the copy of a
/// loop behind <c>limit, ldloc i, sub, ldc, ble.un</c> that begins with <c>ldloc i</c>. They stop the walk if what begins them,
/// the constant or the choice, cannot come to itself again without a check.
/// </para>
/// </remarks>
internal sealed class CycleChecker
{
    private const int RoundsMax = 1_024;

    private readonly MethodDefinition _method;
    private readonly HashSet<Instruction> _stops;

    private CycleChecker(MethodDefinition method)
    {
        _method = method;
        _stops = [.. method.Body.Instructions.Where(each => IlText.ReadsRequests(each) || IsCountDown(each))];
        Instruction[] bounded = [.. method.Body.Instructions.Select(FindBoundedTest).OfType<Instruction>()];
        _stops.UnionWith(bounded);
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

    /// <summary>Returns where a short loop begins or is tested, as this instruction says: a choice, or a test of constants.</summary>
    private Instruction? FindBoundedTest(Instruction branch)
    {
        switch (branch.OpCode.Code)
        {
            case Code.Ble_Un or Code.Ble_Un_S:
                var copy = (Instruction)branch.Operand;
                return ConstantOf(branch.Previous) is <= RoundsMax
                    && branch.Previous.Previous?.OpCode.Code == Code.Sub
                    && LocalOf(branch.Previous.Previous.Previous, isStore: false) is { } chosen
                    && LocalOf(copy, isStore: false) == chosen
                    && !ReachesItself(branch)
                    ? copy
                    : null;
            case Code.Blt or Code.Blt_S or Code.Bge or Code.Bge_S:
                return ConstantOf(branch.Previous) is { } limit
                    && LocalOf(branch.Previous.Previous, isStore: false) is { } number
                    && GrowsFromConstants(number, limit)
                    ? branch
                    : null;
            default:
                return null;
        }
    }

    private bool GrowsFromConstants(int number, int limit)
    {
        foreach (Instruction store in _method.Body.Instructions.Where(each => LocalOf(each, isStore: true) == number))
        {
            bool isStep = store.Previous.OpCode.Code == Code.Add
                && ConstantOf(store.Previous.Previous) > 0
                && LocalOf(store.Previous.Previous.Previous, isStore: false) == number;
            bool isStart = limit - ConstantOf(store.Previous) <= RoundsMax && !ReachesItself(store);
            if (!isStep && !isStart)
            {
                return false;
            }
        }

        return true;
    }

    private bool ReachesItself(Instruction start)
    {
        var seen = new HashSet<Instruction>();
        var open = new Stack<Instruction>(IlText.NextOf(start));
        while (open.TryPop(out Instruction? instruction))
        {
            if (instruction == start)
            {
                return true;
            }

            if (!IlText.ReadsRequests(instruction) && !IsCountDown(instruction) && seen.Add(instruction))
            {
                foreach (Instruction next in IlText.NextOf(instruction))
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    private static int? ConstantOf(Instruction? instruction) => instruction?.OpCode.Code switch
    {
        Code.Ldc_I4 => (int)instruction.Operand,
        Code.Ldc_I4_S => (sbyte)instruction.Operand,
        >= Code.Ldc_I4_0 and <= Code.Ldc_I4_8 => instruction.OpCode.Code - Code.Ldc_I4_0,
        _ => null,
    };

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
