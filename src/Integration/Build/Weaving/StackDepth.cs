using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Goroutines.Build.Weaving;

/// <summary>How many values lie on the evaluation stack before each instruction.</summary>
internal sealed class StackDepth
{
    private const int Unknown = -1;

    private readonly FlowGraph _graph;
    private readonly int[] _before;

    public StackDepth(MethodBody body, FlowGraph graph)
    {
        _graph = graph;
        _before = new int[graph.Instructions.Length];
        System.Array.Fill(_before, Unknown);
        foreach (ExceptionHandler handler in body.ExceptionHandlers)
        {
            bool hasException = handler.HandlerType is ExceptionHandlerType.Catch or ExceptionHandlerType.Filter;
            _before[graph.IndexOf(handler.HandlerStart)] = hasException ? 1 : 0;
            if (handler.FilterStart is not null)
            {
                _before[graph.IndexOf(handler.FilterStart)] = 1;
            }
        }

        // In the order of the text: what follows an unconditional branch has an empty stack unless a branch before it says more.
        int depth = 0;
        for (int index = 0; index < _before.Length; index++)
        {
            depth = _before[index] == Unknown ? depth : _before[index];
            _before[index] = depth;
            depth = Pass(graph.Instructions[index], depth, body.Method);
        }
    }

    public int Before(Instruction instruction) => _before[_graph.IndexOf(instruction)];

    private int Pass(Instruction instruction, int depth, MethodDefinition method)
    {
        int after = ClearsStack(instruction) ? 0 : depth - PopCount(instruction, method) + PushCount(instruction);
        foreach (Instruction target in FlowGraph.TargetsOf(instruction))
        {
            ref int known = ref _before[_graph.IndexOf(target)];
            known = known == Unknown ? after : known;
        }

        return FlowGraph.FallsThrough(instruction) ? after : 0;
    }

    private static bool ClearsStack(Instruction instruction) =>
        instruction.OpCode.Code is Code.Leave or Code.Leave_S or Code.Endfinally or Code.Endfilter or Code.Throw or Code.Rethrow;

    private static int PopCount(Instruction instruction, MethodDefinition method) => instruction.OpCode.StackBehaviourPop switch
    {
        StackBehaviour.Pop0 => 0,
        StackBehaviour.Pop1 or StackBehaviour.Popi or StackBehaviour.Popref => 1,
        StackBehaviour.Pop1_pop1 or StackBehaviour.Popi_pop1 or StackBehaviour.Popi_popi or StackBehaviour.Popi_popi8
            or StackBehaviour.Popi_popr4 or StackBehaviour.Popi_popr8 or StackBehaviour.Popref_pop1 or StackBehaviour.Popref_popi => 2,
        StackBehaviour.Varpop => VariablePopCount(instruction, method),
        _ => 3,
    };

    private static int VariablePopCount(Instruction instruction, MethodDefinition method)
    {
        if (instruction.Operand is not IMethodSignature callee)
        {
            return method.ReturnType.MetadataType == MetadataType.Void ? 0 : 1;
        }

        bool takesThis = callee.HasThis && !callee.ExplicitThis && instruction.OpCode.Code != Code.Newobj;
        bool takesPointer = instruction.OpCode.Code == Code.Calli;
        return callee.Parameters.Count + (takesThis ? 1 : 0) + (takesPointer ? 1 : 0);
    }

    private static int PushCount(Instruction instruction) => instruction.OpCode.StackBehaviourPush switch
    {
        StackBehaviour.Push0 => 0,
        StackBehaviour.Push1_push1 => 2,
        StackBehaviour.Varpush => instruction.Operand is IMethodSignature { ReturnType: { } returned } && IsVoid(returned) ? 0 : 1,
        _ => 1,
    };

    private static bool IsVoid(TypeReference type)
    {
        while (type is IModifierType modified)
        {
            type = modified.ElementType;
        }

        return type.MetadataType == MetadataType.Void;
    }
}
