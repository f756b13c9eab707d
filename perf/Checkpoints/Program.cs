using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Goroutines.Checkpoints.Measuring;
using Spectre.Console;

namespace Goroutines.Checkpoints;

/// <summary>What compiled-in checkpoints cost: the same kernels with and without them, round by round in turn.</summary>
internal static class Program
{
    private static readonly Option<int> s_rounds = new("--rounds")
    {
        Description = "How many rounds each kernel is measured; each runs both versions for about 20 ms.",
        DefaultValueFactory = _ => 21,
    };

    private static readonly Option<string> s_filter = new("--filter")
    {
        Description = "Only kernels whose name contains this.",
        DefaultValueFactory = _ => string.Empty,
    };

    private static readonly Option<FileInfo?> s_markdown = new("--markdown") { Description = "A file to write the table to as well." };

    private static int Main(string[] arguments)
    {
        var command = new RootCommand("Measures what compiled-in checkpoints cost.") { s_rounds, s_filter, s_markdown };
        command.SetAction(Run);
        return command.Parse(arguments).Invoke();
    }

    private static int Run(ParseResult options)
    {
        string filter = options.GetValue(s_filter)!;
        Kernel[] kernels =
        [
            .. Kernel.FindAll(AppContext.BaseDirectory).Where(kernel => kernel.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)),
        ];
        if (kernels.Length == 0)
        {
            AnsiConsole.WriteLine($"No kernel's name contains {filter}.");
            return 1;
        }

        List<Row> rows = [];
        AnsiConsole.Progress().Start(progress =>
        {
            ProgressTask task = progress.AddTask("kernels", maxValue: kernels.Length);
            foreach (Kernel kernel in kernels)
            {
                task.Description = kernel.Name;
                rows.Add(Measurement.Measure(kernel, options.GetValue(s_rounds)));
                task.Increment(1);
            }
        });

        if (!AnsiConsole.Profile.Capabilities.Interactive)
        {
            // A log has no width of its own.
            AnsiConsole.Profile.Width = 140;
        }

        Report.Write(AnsiConsole.Console, rows);
        if (options.GetValue(s_markdown) is { } file)
        {
            File.WriteAllText(file.FullName, Report.ToMarkdown(rows));
        }

        return 0;
    }
}
