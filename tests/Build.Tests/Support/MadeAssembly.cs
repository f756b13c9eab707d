using System;
using System.IO;
using System.Reflection;
using System.Runtime.Loader;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using MethodAttributes = Mono.Cecil.MethodAttributes;
using MethodBody = Mono.Cecil.Cil.MethodBody;
using TypeAttributes = Mono.Cecil.TypeAttributes;

namespace Goroutines.BuildTests;

/// <summary>An assembly with one method, <c>static int Run(int)</c>, written in IL: what no compiler at hand would make.</summary>
internal sealed class MadeAssembly : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("goroutines-made-").FullName;

    public MadeAssembly(Action<MethodBody> write)
    {
        using var module = ModuleDefinition.CreateModule("Made", new ModuleParameters
        {
            Kind = ModuleKind.Dll,
            Runtime = TargetRuntime.Net_4_0,
        });
        var type = new TypeDefinition(
            "Made", "Methods", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object);
        module.Types.Add(type);
        var method = new MethodDefinition("Run", MethodAttributes.Public | MethodAttributes.Static, module.TypeSystem.Int32);
        method.Parameters.Add(new ParameterDefinition("count", Mono.Cecil.ParameterAttributes.None, module.TypeSystem.Int32));
        type.Methods.Add(method);
        method.Body.InitLocals = true;
        for (int i = 0; i < 4; i++)
        {
            method.Body.Variables.Add(new VariableDefinition(module.TypeSystem.Int32));
        }

        write(method.Body);
        method.Body.OptimizeMacros();
        module.Write(PlainPath);
        Subjects.Weave(PlainPath, WovenPath);
    }

    private string PlainPath => Path.Combine(_folder, "Made.dll");

    private string WovenPath => Path.Combine(_folder, "Made.Woven.dll");

    public Func<int, int> Plain => Load(PlainPath);

    public Func<int, int> Woven => Load(WovenPath);

    /// <summary>Reads the woven method; the module is for the caller to dispose.</summary>
    public MethodDefinition ReadWoven() => IlText.Find(IlText.Read(WovenPath), "Methods", "Run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Func<int, int> Load(string path)
    {
        // From memory: the file can be deleted while it is loaded.
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        Assembly assembly = new AssemblyLoadContext("made").LoadFromStream(stream);
        return assembly.GetType("Made.Methods")!.GetMethod("Run")!.CreateDelegate<Func<int, int>>();
    }
}
