using System;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Goroutines.Build.Weaving;

/// <summary>Compiles checkpoints into an assembly: reads it, weaves its methods, writes it with its symbols.</summary>
internal static class AssemblyWeaver
{
    // No name a compiler of C# or F# could give.
    internal const string MarkerType = "<GoCheckpoints>";

    /// <summary>Weaves an assembly.</summary>
    /// <param name="options">What to weave, and where the result goes.</param>
    /// <returns>What was done. If that is nothing, no file was written.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="WeavingException">The assembly cannot be woven; nothing was written.</exception>
    public static WeavingReport Weave(WeavingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        AssemblyNameDefinition runtime = FindRuntime(options);
        using var files = new AssemblyFiles(options);
        ModuleDefinition module = files.Module;
        if (module.GetType(MarkerType) is not null)
        {
            return new WeavingReport(IsWoven: false, 0, 0, 0);
        }

        if (module.Assembly.Name.Name == CheckpointMembers.RuntimeAssembly)
        {
            throw new WeavingException("GOCP005", "The scheduler's own assembly cannot be woven: checkpoints would call themselves.");
        }

        var exclusions = new Exclusions(module);
        if (exclusions.HasAll)
        {
            return new WeavingReport(IsWoven: false, 0, 0, 0);
        }

        WeavingReport report = WeaveMethods(module, new CheckpointMembers(module, runtime), exclusions);
        AddMarker(module);
        files.Write();
        return report;
    }

    private static AssemblyNameDefinition FindRuntime(WeavingOptions options)
    {
        string path = options.References.FirstOrDefault(reference =>
                Path.GetFileNameWithoutExtension(reference) == CheckpointMembers.RuntimeAssembly)
            ?? throw new WeavingException(
                "GOCP001", "GoCheckpoints needs the package Goroutines: the project does not reference the assembly Goroutines.dll.");
        using AssemblyDefinition runtime = AssemblyDefinition.ReadAssembly(path);
        return runtime.Name;
    }

    private static WeavingReport WeaveMethods(ModuleDefinition module, CheckpointMembers members, Exclusions exclusions)
    {
        var cost = new CallCost(module);
        int methodCount = 0;
        int checkCount = 0;
        int stripCount = 0;

        // A class constructor runs under a lock of the runtime, which others wait for.
        MethodDefinition[] methods =
        [
            .. module.GetAllTypes()
                .SelectMany(type => type.Methods)
                .Where(method => method.HasBody && !(method.IsConstructor && method.IsStatic) && !exclusions.Contains(method)),
        ];
        foreach (MethodDefinition method in methods)
        {
            (int checks, int strips) = WeaveMethod(method, members, cost);
            methodCount += checks + strips > 0 ? 1 : 0;
            checkCount += checks;
            stripCount += strips;
        }

        return new WeavingReport(IsWoven: true, methodCount, checkCount, stripCount);
    }

    private static (int CheckCount, int StripCount) WeaveMethod(MethodDefinition method, CheckpointMembers members, CallCost cost)
    {
        try
        {
            return MethodWeaver.Weave(method, members, cost);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            throw new WeavingException(
                "GOCP004",
                $"The method {method.FullName} cannot be woven ({failure.Message}). Put [NoCheckpoints] on it to leave it alone.",
                failure);
        }
    }

    private static void AddMarker(ModuleDefinition module) => module.Types.Add(new TypeDefinition(
        string.Empty,
        MarkerType,
        TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit,
        module.TypeSystem.Object));
}
