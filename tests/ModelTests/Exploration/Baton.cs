using Goroutines.Internal.Primitives;

namespace Goroutines.ModelTests.Exploration;

/// <summary>One thread waits until another one has passed it the baton; once for each time it was passed.</summary>
/// <remarks>
/// The library's own parker: with a Monitor an exploration takes more than twice as long. The simulations do not rest on it
/// being right: were it wrong, they would hang and time out, not pass.
/// </remarks>
internal sealed class Baton
{
    private readonly Parker _parker = Parker.Create();

    public void Pass() => _parker.Unpark();

    public void Await() => _parker.Park();
}
