using System;
using Microsoft.Extensions.DependencyInjection;

namespace Goroutines.Actors.Cells;

/// <summary>Makes the objects that handle an actor's messages, where that takes more than a delegate.</summary>
internal abstract class IncarnationFactory<TMessage>
{
    /// <summary>Gets the type of what is made.</summary>
    public abstract Type ActorType { get; }

    /// <summary>Makes one, and what has to be disposed after it.</summary>
    public abstract Actor<TMessage> Create(out IAsyncDisposable scope);
}

/// <summary>Makes each incarnation in a service scope of its own.</summary>
internal sealed class ScopedFactory<TMessage>(
    IServiceScopeFactory scopes, Type actorType, Func<IServiceProvider, Actor<TMessage>> create) : IncarnationFactory<TMessage>
{
    public override Type ActorType => actorType;

    public override Actor<TMessage> Create(out IAsyncDisposable scope)
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
