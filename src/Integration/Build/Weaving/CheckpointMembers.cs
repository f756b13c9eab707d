using System.Linq;
using Mono.Cecil;

namespace Goroutines.Build.Weaving;

/// <summary>The two members woven code refers to, as references of the woven module.</summary>
internal sealed class CheckpointMembers
{
    public const string RuntimeAssembly = "Goroutines";

    public CheckpointMembers(ModuleDefinition module, AssemblyNameReference runtime)
    {
        AssemblyNameReference? scope = module.AssemblyReferences.FirstOrDefault(reference => reference.Name == runtime.Name);
        if (scope is null)
        {
            scope = new AssemblyNameReference(runtime.Name, runtime.Version) { PublicKeyToken = runtime.PublicKeyToken };
            module.AssemblyReferences.Add(scope);
        }

        var requests = new TypeReference("Goroutines.CompilerServices", "CheckpointRequests", module, scope, valueType: false);
        RequestCount = new FieldReference("Count", module.TypeSystem.Int32, requests);
        Reach = new MethodReference(
            "ReachCheckpoint", module.TypeSystem.Void, new TypeReference("Goroutines", "Go", module, scope, valueType: false));
    }

    /// <summary>Gets the field that is 0 while nobody has to call <see cref="Reach"/>.</summary>
    public FieldReference RequestCount { get; }

    public MethodReference Reach { get; }
}
