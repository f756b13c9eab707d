using Goroutines.Internal.Primitives;
using Goroutines.Internal.Work;

namespace Goroutines.Net;

/// <summary>An operation of a socket that is tried again, or whose awaiter goes on.</summary>
internal sealed class SocketKind(bool usesContext) : WorkKind(usesContext)
{
    public static readonly SocketKind Goroutine = new(usesContext: true);
    public static readonly SocketKind Raw = new(usesContext: false);

    public static SocketKind For(bool usesContext) => usesContext ? Goroutine : Raw;

    public override void Execute(object? state) => Reinterpret.As<SocketOperation>(state).Execute(UsesContext);
}
