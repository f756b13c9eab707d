using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Net;

/// <summary>What awaits an operation on another scheduler than the socket's: it goes on in the goroutine lane there.</summary>
internal sealed class ForeignSocketKind() : WorkKind(usesContext: true)
{
    public static readonly ForeignSocketKind Instance = new();

    public override void Execute(object? state) => Reinterpret.As<SocketOperation>(state).Resume();
}
