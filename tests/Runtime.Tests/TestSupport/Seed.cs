using System;
using System.Globalization;

namespace Goroutines.Tests.TestSupport;

/// <summary>Where random tests get their seed: the environment, else a fresh one.</summary>
public static class Seed
{
    public const string Variable = "GOROUTINES_TEST_SEED";

    public static int Next() =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out int seed)
            ? seed
            : Random.Shared.Next();
}
