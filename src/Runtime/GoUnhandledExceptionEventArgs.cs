using System;

namespace Goroutines;

/// <summary>Tells of an exception that a goroutine threw and nobody awaits.</summary>
public sealed class GoUnhandledExceptionEventArgs : EventArgs
{
    /// <summary>Creates the arguments for an exception.</summary>
    /// <param name="exception">The exception.</param>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    public GoUnhandledExceptionEventArgs(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        Exception = exception;
    }

    /// <summary>Gets the exception.</summary>
    public Exception Exception { get; }

    /// <summary>Gets or sets whether the exception is dealt with. If no handler says so, it ends the process.</summary>
    /// <value>The default is false.</value>
    public bool Handled { get; set; }
}
