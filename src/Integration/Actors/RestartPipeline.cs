using System;
using System.Threading.Tasks;
using Goroutines.Actors.Cells;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace Goroutines.Actors;

/// <summary>The Polly pipelines that restarts go through, one for each type of actor.</summary>
/// <remarks>
/// A restart is executed as what is retried: the first call throws what the actor has failed with, and the next makes the new actor and
/// starts it. So the pipeline decides how long to wait and what to give up, and a pipeline that does not retry restarts nothing.
/// The supervisor's count of restarts holds in any case.
/// </remarks>
public static class RestartPipeline
{
    private static readonly Func<RetryPredicateArguments<object>, ValueTask<bool>> s_shouldHandle = static arguments =>
        ValueTask.FromResult(arguments.Outcome.Exception is not null
            && arguments.Context.Properties.TryGetValue(RestartAttempt.Key, out RestartAttempt? attempt)
            && !attempt.IsOver);

    private static readonly Func<RetryDelayGeneratorArguments<object>, ValueTask<TimeSpan?>> s_delay = static arguments =>
        ValueTask.FromResult<TimeSpan?>(
            arguments.Context.Properties.TryGetValue(RestartAttempt.Key, out RestartAttempt? attempt) ? attempt.Delay : null);

    /// <summary>Returns the key under which a pipeline for a type of actor is looked up, <c>actor:</c> and its full name.</summary>
    /// <typeparam name="TActor">The type of the actor.</typeparam>
    /// <returns>The key for AddResiliencePipeline.</returns>
    public static string KeyOf<TActor>() => KeyOf(typeof(TActor));

    internal static string KeyOf(Type actorType) => $"actor:{actorType.FullName}";

    /// <summary>Makes the pipeline of actors that have none of their own: it retries for ever, with the supervisor's delays.</summary>
    internal static ResiliencePipeline CreateDefault(Type actorType, TimeProvider timeProvider, ILoggerFactory? loggerFactory)
    {
        var builder = new ResiliencePipelineBuilder { Name = actorType.Name, TimeProvider = timeProvider };
        builder.AddRetry(new RetryStrategyOptions
        {
            Name = "Restart",
            MaxRetryAttempts = int.MaxValue,
            ShouldHandle = s_shouldHandle,
            DelayGenerator = s_delay,
        });
        if (loggerFactory is not null)
        {
            builder.ConfigureTelemetry(loggerFactory);
        }

        return builder.Build();
    }
}
