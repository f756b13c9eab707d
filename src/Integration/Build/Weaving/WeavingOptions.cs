using System.Collections.Generic;

namespace Goroutines.Build.Weaving;

/// <summary>What to weave, and where the result goes.</summary>
internal sealed class WeavingOptions
{
    /// <summary>Gets the path of the assembly; a separate PDB lies beside it under the same name.</summary>
    public required string AssemblyPath { get; init; }

    /// <summary>Gets the path of the result, which may be the assembly itself; a separate PDB is written beside it.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Gets the paths of what the assembly references; one of them is Goroutines.dll.</summary>
    public required IReadOnlyCollection<string> References { get; init; }

    /// <summary>Gets the path of the key pair to sign with; null, the default, leaves a strong name without a signature.</summary>
    /// <remarks>.NET does not look at the signature. The assembly keeps its public key in any case.</remarks>
    public string? KeyFile { get; init; }
}
