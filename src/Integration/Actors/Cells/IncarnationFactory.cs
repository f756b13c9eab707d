using System;
using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Actors.Cells;

/// <summary>Makes the objects that handle an actor's messages.</summary>
internal abstract class IncarnationFactory<TMessage>
{
    /// <summary>Gets the type of what is made, as far as it is known before.</summary>
    public virtual Type ActorType => typeof(Actor<TMessage>);

    /// <summary>Makes one, and what has to be disposed after it, if anything.</summary>
    public abstract Actor<TMessage> Create(out IAsyncDisposable? scope);
}

/// <summary>Calls what the user gave to Spawn.</summary>
internal sealed class DelegateFactory<TMessage>(Func<Actor<TMessage>> create) : IncarnationFactory<TMessage>
{
    public override Actor<TMessage> Create(out IAsyncDisposable? scope)
    {
        scope = null;
        return create() ?? throw new InvalidOperationException("The factory given to Spawn returned null instead of an actor.");
    }
}

/// <summary>Makes each incarnation in a service scope of its own.</summary>
internal sealed class ScopedFactory<TMessage>(
    IServiceScopeFactory scopes, Type actorType, Func<IServiceProvider, Actor<TMessage>> create) : IncarnationFactory<TMessage>
{
    public override Type ActorType => actorType;

    public override Actor<TMessage> Create(out IAsyncDisposable? scope)
    {
        AsyncServiceScope created = scopes.CreateAsyncScope();
        try
        {
            scope = created;
            return create(created.ServiceProvider);
        }
        catch
        {
            created.Dispose();
            throw;
        }
    }
}
