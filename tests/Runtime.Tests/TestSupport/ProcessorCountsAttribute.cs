using System;
using System.Collections.Generic;
using System.Globalization;
using System.Reflection;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Goroutines.Tests.TestSupport;

/// <summary>Runs a test once for each processor count: alone, the usual two, and more than the machine may have.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessorCountsAttribute : Attribute, ITestDataSource
{
    private static readonly int[] s_counts = [1, 2, 4, 16];

    public IEnumerable<object?[]> GetData(MethodInfo methodInfo)
    {
        foreach (int count in s_counts)
        {
            yield return [count];
        }
    }

    public string? GetDisplayName(MethodInfo methodInfo, object?[]? data) =>
        string.Create(CultureInfo.InvariantCulture, $"{methodInfo?.Name} (P={data?[0]})");
}
