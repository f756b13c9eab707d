using System.Collections.Generic;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.BuildTests;

/// <summary>Finds what a verifier would complain about in the shape of a method: stack depths, and jumps into and out of regions.</summary>
/// <remarks>
/// Types on the stack are not followed. What is added by weaving is a handful of instruction patterns over the same types; what
/// can go wrong is where they are put.
/// </remarks>
internal sealed class IlChecker
{
    private readonly MethodDefinition _method;
    private readonly Dictionary<Instruction, int> _depths = [];
    private readonly Queue<Instruction> _open = [];
    private readonly List<string> _problems = [];

    private IlChecker(MethodDefinition method) => _method = method;

    public static IReadOnlyList<string> FindProblems(MethodDefinition method)
    {
        var checker = new IlChecker(method);
        checker.Walk();
        checker.CheckJumps();
        return checker._problems;
    }

    private void Walk()
    {
        Enter(_method.Body.Instructions[0], 0);
        foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
        {
            bool hasException = handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter;
            Enter(handler.HandlerStart, hasException ? 1 : 0);
            if (handler.FilterStart is not null)
            {
                Enter(handler.FilterStart, 1);
            }
        }

        while (_open.TryDequeue(out Instruction? instruction))
        {
            int after = After(instruction, _depths[instruction]);
            foreach (Instruction next in IlText.NextOf(instruction))
            {
                Enter(next, after);
            }

            if (IlText.GoesOn(instruction) && instruction.Next is null)
            {
                Complain(instruction, "control runs off the end");
            }
        }
    }

    private void Enter(Instruction instruction, int depth)
    {
        if (_depths.TryAdd(instruction, depth))
        {
            _open.Enqueue(instruction);
        }
        else if (_depths[instruction] != depth)
        {
            Complain(instruction, $"is reached with {_depths[instruction]} and with {depth} values on the stack");
        }
    }

    private int After(Instruction instruction, int depth)
    {
        if (instruction.OpCode.Code is Code.Leave or Code.Leave_S or Code.Endfinally or Code.Throw or Code.Rethrow)
        {
            return 0;
        }

        int left = depth - Pops(instruction);
        if (left < 0)
        {
            Complain(instruction, $"takes {Pops(instruction)} values of {depth}");
        }

        if (instruction.OpCode.Code == Code.Ret && left != 0)
        {
            Complain(instruction, $"leaves {left} values on the stack");
        }

        return left + Pushes(instruction);
    }

    private int Pops(Instruction instruction)
    {
        if (instruction.OpCode.Code == Code.Ret)
        {
            return _method.ReturnType.MetadataType == MetadataType.Void ? 0 : 1;
        }

        if (instruction.Operand is IMethodSignature called && instruction.OpCode.StackBehaviourPop == StackBehaviour.Varpop)
        {
            return called.Parameters.Count
                + (called.HasThis && !called.ExplicitThis && instruction.OpCode.Code != Code.Newobj ? 1 : 0)
                + (instruction.OpCode.Code == Code.Calli ? 1 : 0);
        }

        // The name of the behaviour lists what is taken: Popi_popr8 are two.
        string name = instruction.OpCode.StackBehaviourPop.ToString();
        return name == "Pop0" ? 0 : name.Split('_').Length;
    }

    private static int Pushes(Instruction instruction)
    {
        if (instruction.OpCode.StackBehaviourPush == StackBehaviour.Varpush)
        {
            TypeReference type = ((IMethodSignature)instruction.Operand).ReturnType;
            while (type is IModifierType modified)
            {
                type = modified.ElementType;
            }

            return type.MetadataType == MetadataType.Void ? 0 : 1;
        }

        string name = instruction.OpCode.StackBehaviourPush.ToString();
        return name == "Push0" ? 0 : name.Split('_').Length;
    }

    private void CheckJumps()
    {
        foreach (Instruction instruction in _method.Body.Instructions)
        {
            bool leaves = instruction.OpCode.Code is Code.Leave or Code.Leave_S;
            foreach (Instruction target in IlText.NextOf(instruction))
            {
                foreach (ExceptionHandler handler in _method.Body.ExceptionHandlers)
                {
                    CheckJump(instruction, target, handler, leaves);
                }
            }
        }
    }

    private void CheckJump(Instruction from, Instruction to, ExceptionHandler handler, bool leaves)
    {
        bool fromTry = IlText.IsWithin(from, handler.TryStart, handler.TryEnd);
        bool toTry = IlText.IsWithin(to, handler.TryStart, handler.TryEnd);
        Instruction handlerStart = handler.FilterStart ?? handler.HandlerStart;
        bool fromHandler = IlText.IsWithin(from, handlerStart, handler.HandlerEnd);
        bool toHandler = IlText.IsWithin(to, handlerStart, handler.HandlerEnd);
        if (fromTry && !toTry && !leaves)
        {
            Complain(from, "goes out of a try block and does not leave");
        }

        // From the catch of the same try one may leave to any place in it.
        if (!fromTry && toTry && to != handler.TryStart && !(leaves && fromHandler))
        {
            Complain(from, "goes into the middle of a try block");
        }

        if (fromHandler && !toHandler && !leaves)
        {
            Complain(from, "goes out of a handler and does not leave");
        }

        if (!fromHandler && toHandler)
        {
            Complain(from, "goes into a handler");
        }
    }

    private void Complain(Instruction instruction, string what) => _problems.Add($"{_method.FullName}: {instruction} {what}.");
}
