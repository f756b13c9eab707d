using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Goroutines.Internal.Primitives;

/// <summary>A cast whose outcome is known: checked in Debug, free in Release.</summary>
internal static class Reinterpret
{
    /// <summary>Returns <paramref name="value"/> as a <typeparamref name="T"/> it is known to be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T As<T>(object? value)
        where T : class
    {
        Debug.Assert(value is T, "The queue slot's kind tells the type of what it holds.");

        // Safety: the caller's kind tag was written together with the value; the assert above checks the pairing in Debug.
        return Unsafe.As<T>(value)!;
    }
}
