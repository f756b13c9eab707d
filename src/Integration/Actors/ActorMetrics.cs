using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Goroutines.Actors.Cells;

namespace Goroutines.Actors;

/// <summary>The counters of meter Goroutines.Actors. Their tags are the system and the type of the actor, never a path.</summary>
internal sealed class ActorMetrics
{
    private const string MeterName = "Goroutines.Actors";

    private static readonly Meter s_meter = new(MeterName);

    private readonly KeyValuePair<string, object?> _system;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _escalations;
    private readonly Counter<long> _deadLetters;

    public ActorMetrics(string system, IMeterFactory? factory)
    {
        Meter meter = factory?.Create(new MeterOptions(MeterName)) ?? s_meter;
        _system = new("actor.system", system);
        _failures = meter.CreateCounter<long>("goroutines.actors.failures", "{failure}", "Failures of actors.");
        _restarts = meter.CreateCounter<long>("goroutines.actors.restarts", "{restart}", "Actors that were started again.");
        _escalations = meter.CreateCounter<long>(
            "goroutines.actors.unhandled_failures", "{failure}", "Failures that went up to the top and were not handled.");
        _deadLetters = meter.CreateCounter<long>("goroutines.actors.dead_letters", "{message}", "Messages that are not handled.");
    }

    public void CountFailure(ActorCell actor) => _failures.Add(1, _system, TypeOf(actor));

    public void CountRestart(ActorCell actor) => _restarts.Add(1, _system, TypeOf(actor));

    public void CountEscalation(ActorCell actor) => _escalations.Add(1, _system, TypeOf(actor));

    public void CountDeadLetter(ActorCell actor, DeadLetterReason reason)
    {
        if (_deadLetters.Enabled)
        {
            _deadLetters.Add(1, _system, TypeOf(actor), new("reason", reason.ToString()));
        }
    }

    private static KeyValuePair<string, object?> TypeOf(ActorCell actor) => new("actor.type", actor.ActorType.Name);
}
