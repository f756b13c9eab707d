using System.IO;
using System.Reflection;
using System.Runtime.Loader;

namespace Goroutines.BuildTests;

/// <summary>Loads the assemblies of one folder apart from others of the same name. The scheduler is shared with the tests.</summary>
internal sealed class FolderContext(string folder) : AssemblyLoadContext("subjects")
{
    public Assembly LoadByName(string name) => LoadFromAssemblyPath(Path.Combine(folder, $"{name}.dll"));

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return assemblyName.Name != "Goroutines" && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
