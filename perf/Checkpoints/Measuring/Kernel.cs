using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;

namespace Goroutines.Checkpoints.Measuring;

/// <summary>One kernel in its two versions.</summary>
internal sealed record Kernel(string Name, Func<long> Plain, Func<long> Woven)
{
    /// <summary>Finds the kernels: public static methods without parameters that return a long, in both assemblies.</summary>
    /// <param name="outputFolder">Where this program lies, in the folder of its configuration beside those of the kernels.</param>
    public static IEnumerable<Kernel> FindAll(string outputFolder)
    {
        var output = new DirectoryInfo(outputFolder.TrimEnd(Path.DirectorySeparatorChar));
        string all = output.Parent!.Parent!.FullName;
        Assembly plain = new VersionContext(Path.Combine(all, "PlainKernels", output.Name)).LoadKernels();
        Assembly woven = new VersionContext(Path.Combine(all, "WovenKernels", output.Name)).LoadKernels();
        return
            from type in plain.GetExportedTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where method.ReturnType == typeof(long) && method.GetParameters().Length == 0
            select new Kernel(
                $"{type.Name}.{method.Name}",
                method.CreateDelegate<Func<long>>(),
                woven.GetType(type.FullName!)!.GetMethod(method.Name)!.CreateDelegate<Func<long>>());
    }
}
