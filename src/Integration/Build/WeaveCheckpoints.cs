using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using Goroutines.Build.Weaving;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Goroutines.Build;

/// <summary>The build task: weaves the assembly the compiler has just written, in its place.</summary>
public sealed class WeaveCheckpoints : Task
{
    /// <summary>Gets or sets the assembly in the intermediate folder.</summary>
    [Required]
    public ITaskItem? Assembly { get; set; }

    /// <summary>Gets or sets what the project references.</summary>
    [Required]
    [SuppressMessage("Performance", "CA1819", Justification = "MSBuild passes lists as arrays.")]
    public ITaskItem[] References { get; set; } = [];

    /// <summary>Gets or sets the key pair to sign with; empty for an assembly that is not signed, or signed in public or later.</summary>
    public string? KeyFile { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        string path = Assembly?.GetMetadata("FullPath") ?? throw new InvalidOperationException("MSBuild sets what is required.");
        try
        {
            WeavingReport report = AssemblyWeaver.Weave(new WeavingOptions
            {
                AssemblyPath = path,
                OutputPath = path,
                References = [.. References.Select(reference => reference.GetMetadata("FullPath"))],
                KeyFile = string.IsNullOrEmpty(KeyFile) ? null : Path.GetFullPath(KeyFile),
            });
            Log.LogMessage(MessageImportance.Normal, Describe(report, Path.GetFileName(path)));
            return true;
        }
        catch (WeavingException problem)
        {
            Log.LogError("checkpoints", problem.Code, null, null, 0, 0, 0, 0, "{0}", problem.Message);
            return false;
        }
        catch (IOException problem)
        {
            Log.LogError("checkpoints", "GOCP006", null, null, 0, 0, 0, 0, "{0} cannot be woven: {1}", path, problem.Message);
            return false;
        }
    }

    private static string Describe(WeavingReport report, string name) => report.IsWoven
        ? $"Goroutines: wove {report.CheckCount} checks and {report.StripCount} strips into {report.MethodCount} methods of {name}."
        : $"Goroutines: left {name} alone, it is woven already or has asked for that.";
}
