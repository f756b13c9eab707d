using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Goroutines.BuildTests;

/// <summary>Reads the code of an assembly for the checks of the tests; shares nothing with the weaver.</summary>
internal static class IlText
{
    public static ModuleDefinition Read(string path, bool hasSymbols = false)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Subjects.PlainFolder);
        resolver.AddSearchDirectory(System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location));
        return ModuleDefinition.ReadModule(
            path, new ReaderParameters { InMemory = true, ReadSymbols = hasSymbols, AssemblyResolver = resolver });
    }

    public static IEnumerable<MethodDefinition> MethodsOf(ModuleDefinition module) =>
        module.GetAllTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    public static MethodDefinition Find(ModuleDefinition module, string type, string method) =>
        MethodsOf(module).Single(each => each.DeclaringType.Name == type && each.Name == method);

    public static IEnumerable<Instruction> TargetsOf(Instruction instruction) => instruction.Operand switch
    {
        Instruction target => [target],
        Instruction[] targets => targets,
        _ => [],
    };

    public static bool GoesOn(Instruction instruction) =>
        instruction.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);

    public static IEnumerable<Instruction> NextOf(Instruction instruction) =>
        GoesOn(instruction) && instruction.Next is not null
            ? TargetsOf(instruction).Append(instruction.Next)
            : TargetsOf(instruction);

    public static bool ReadsRequests(Instruction instruction) =>
        instruction.OpCode.Code == Code.Ldsfld
        && instruction.Operand is FieldReference { Name: "Count", DeclaringType.Name: "CheckpointRequests" };

    public static bool HasCheck(MethodDefinition method) => method.Body.Instructions.Any(ReadsRequests);

    /// <summary>Tells whether code must run to its end: finally, fault and filter blocks.</summary>
    public static bool IsUninterrupted(MethodDefinition method, Instruction instruction) =>
        method.Body.ExceptionHandlers.Any(handler =>
            (handler.HandlerType is ExceptionHandlerType.Finally or ExceptionHandlerType.Fault
                && IsWithin(instruction, handler.HandlerStart, handler.HandlerEnd))
            || (handler.FilterStart is not null && IsWithin(instruction, handler.FilterStart, handler.HandlerStart)));

    public static bool IsWithin(Instruction instruction, Instruction first, Instruction? end) =>
        instruction.Offset >= first.Offset && instruction.Offset < (end?.Offset ?? int.MaxValue);
}
