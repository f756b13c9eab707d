using System;
using System.Globalization;

namespace Goroutines.StressTests;

/// <summary>How long each stress test runs and which seed it starts from, both from the environment.</summary>
internal static class StressSettings
{
    public const string SecondsVariable = "GOROUTINES_STRESS_SECONDS";
    public const string SeedVariable = "GOROUTINES_STRESS_SEED";

    /// <summary>Backstop for [Timeout]: the watchdog ends a hang long before, whatever the duration asked for.</summary>
    public const int TimeoutMs = 4 * 60 * 60 * 1000;

    // Long enough for some hundred thousand operations, short enough for every run of the tests.
    private const int SecondsDefault = 5;

    public static TimeSpan Duration { get; } = TimeSpan.FromSeconds(Read(SecondsVariable, SecondsDefault, 1));

    /// <summary>Returns the seed of the environment, or a new one.</summary>
    public static int NextSeed() => Read(SeedVariable, Random.Shared.Next(1, int.MaxValue), 0);

    private static int Read(string variable, int otherwise, int min)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min
            ? value
            : throw new InvalidOperationException($"{variable} is '{text}', not a whole number from {min} up.");
    }
}
