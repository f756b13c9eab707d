using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.StressTests;

/// <summary>Waits for work on a thread that no scheduler owns, and fails with a dump when nothing moves any more.</summary>
internal static class Watchdog
{
    // Arbitrary, but wide: an operation takes microseconds, and the machine may be busy with other things.
    private static readonly TimeSpan s_stallMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);

    public static void WaitFor(Ledger ledger, IReadOnlyList<GoScheduler> schedulers, string title)
    {
        int lastCount = -1;
        Stopwatch sinceProgress = Stopwatch.StartNew();
        while (!ledger.Done.Wait(s_lookInterval))
        {
            int count = ledger.FinishedCount;
            if (count != lastCount)
            {
                lastCount = count;
                sinceProgress.Restart();
            }
            else if (sinceProgress.Elapsed > s_stallMax)
            {
                Fail($"{count} of {ledger.BegunCount} finished, then nothing for {s_stallMax}.", ledger, schedulers, title);
            }
        }
    }

    public static void WaitFor(Task task, string what, Ledger ledger, IReadOnlyList<GoScheduler> schedulers, string title)
    {
        // Faults come out of GetResult as what was thrown.
        if (((IAsyncResult)task).AsyncWaitHandle.WaitOne(s_stallMax))
        {
            task.GetAwaiter().GetResult();
        }
        else
        {
            Fail($"{what} did not end within {s_stallMax}.", ledger, schedulers, title);
        }
    }

    private static void Fail(string what, Ledger ledger, IReadOnlyList<GoScheduler> schedulers, string title)
    {
        StringBuilder dump = new();
        dump.AppendLine(what).AppendLine(title).AppendJoin(Environment.NewLine, ledger.Audit()).AppendLine();
        foreach (GoScheduler scheduler in schedulers)
        {
            Describe(dump, scheduler.GetSnapshot(), "  ");
        }

        // On the error stream too: a process that has to be killed leaves no test report.
        Console.Error.WriteLine(dump);
        Assert.Fail(dump.ToString());
    }

    // By reflection, so that whatever a snapshot learns to tell appears in the dump.
    private static void Describe(StringBuilder dump, object part, string indent)
    {
        dump.Append(indent).AppendLine(part.GetType().Name);
        foreach (PropertyInfo property in part.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            object? value = property.GetValue(part);
            if (value is IEnumerable parts and not string)
            {
                foreach (object child in parts)
                {
                    Describe(dump, child, indent + "  ");
                }
            }
            else
            {
                dump.Append(indent).Append("  ").Append(property.Name).Append(" = ").Append(value).AppendLine();
            }
        }
    }
}
