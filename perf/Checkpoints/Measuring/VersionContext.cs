using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Goroutines.Checkpoints.Measuring;

/// <summary>Loads one version of the kernels with its version of the libraries. The scheduler is the program's own.</summary>
internal sealed class VersionContext(string folder) : AssemblyLoadContext("kernels")
{
    public Assembly LoadKernels() => LoadFromAssemblyPath(PathOf("Kernels"));

    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name is { } name && name != "Goroutines" && File.Exists(PathOf(name)) ? LoadFromAssemblyPath(PathOf(name)) : null;

    private string PathOf(string name) => Path.Combine(folder, $"{name}.dll");
}
