using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Goroutines.Compare;
using Goroutines.Compare.Reporting;
using Goroutines.Compare.Running;
using Spectre.Console;

return await CommandLine.Create(CompareAsync).Parse(args).InvokeAsync();

static async Task<int> CompareAsync(CompareOptions options, bool isJson, CancellationToken cancellationToken)
{
    // With --json the standard output belongs to the results.
    IAnsiConsole console = isJson
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) })
        : AnsiConsole.Console;
    if (!console.Profile.Capabilities.Interactive)
    {
        // A log has no width of its own; 80 columns would break every cell.
        console.Profile.Width = int.Max(console.Profile.Width, 200);
    }

    Results results;
    try
    {
        results = await new Comparison(options, console).RunAsync(cancellationToken);
    }
    catch (OperationCanceledException)
    {
        console.MarkupLine("[red]Cancelled.[/]");
        return 130;
    }

    ConsoleReport.Write(console, results);
    if (isJson)
    {
        await Console.Out.WriteLineAsync(JsonReport.Create(results));
    }

    string directory = Path.Combine(Repository.FindRoot(), "artifacts", "compare");
    Directory.CreateDirectory(directory);
    MarkdownReport.Write(results, directory, Plots.Write(results, directory));
    console.WriteLine($"Report: {Path.Combine(directory, MarkdownReport.FileName)}");
    return results.HasFailures ? 1 : 0;
}
