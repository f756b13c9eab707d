using System;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Polly.Registry;

namespace Goroutines.Actors;

/// <summary>Settings of an <see cref="ActorSystem"/>, read once when it is created.</summary>
public sealed class ActorSystemOptions
{
    /// <summary>Gets or sets the name, for logs and figures.</summary>
    /// <value>Null, the default, for the name of the scheduler.</value>
    public string? Name { get; set; }

    /// <summary>Gets or sets how the actors at the top level are supervised.</summary>
    /// <value>Not null.</value>
    public SupervisionOptions Supervision { get; set; } = new();

    /// <summary>Gets or sets the time of schedules, timeouts and restarts.</summary>
    /// <value>Null, the default, for <see cref="GoScheduler.TimeProvider"/>.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>Gets or sets where failures are logged, also those that Polly reports.</summary>
    /// <value>Null, the default, for nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Gets or sets what makes the meter <c>Goroutines.Actors</c>.</summary>
    /// <value>Null, the default, for one meter of the process.</value>
    public IMeterFactory? MeterFactory { get; set; }

    /// <summary>Gets or sets where pipelines for restarts are looked up, under <see cref="RestartPipeline.KeyOf{TActor}"/>.</summary>
    /// <value>Null, the default, for none: all actors have the default pipeline.</value>
    public ResiliencePipelineProvider<string>? Pipelines { get; set; }
}
