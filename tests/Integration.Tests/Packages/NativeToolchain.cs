using System.Collections.Generic;
using System.ComponentModel;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Goroutines.IntegrationTests;

/// <summary>Finds out whether this machine can link what the ahead-of-time compiler makes.</summary>
internal static class NativeToolchain
{
    // The commands the compiler's build targets look for on Linux and macOS, in their order.
    private static readonly string[] s_compilers = ["clang", "gcc"];

    /// <summary>Links an empty program against zlib, which the runtime's native parts need.</summary>
    /// <returns>Null if that works with one of the compilers, else what each of them said.</returns>
    public static async Task<string?> FindProblemAsync(CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("goroutines-link-");
        try
        {
            string source = Path.Combine(folder.FullName, "probe.c");
            await File.WriteAllTextAsync(source, "int main(void) { return 0; }\n", cancellationToken);
            var problems = new List<string>();
            foreach (string compiler in s_compilers)
            {
                try
                {
                    ChildProcess probe = await ChildProcess.RunAsync(
                        compiler, [source, "-lz", "-o", Path.Combine(folder.FullName, "probe")],
                        folder.FullName, environment: null, cancellationToken);
                    if (probe.ExitCode == 0)
                    {
                        return null;
                    }

                    problems.Add($"{compiler}: {probe.Errors.Trim()}");
                }
                catch (Win32Exception notFound)
                {
                    problems.Add($"{compiler}: {notFound.Message}");
                }
            }

            return string.Join("; ", problems);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
