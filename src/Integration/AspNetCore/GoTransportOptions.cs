using System;

namespace Goroutines.AspNetCore;

/// <summary>Options of the transport that <c>UseGoTransport</c> gives Kestrel.</summary>
/// <remarks>They are read when the server binds its end points; what is set later has no effect.</remarks>
public sealed class GoTransportOptions
{
    /// <summary>Gets or sets how many connections wait to be accepted.</summary>
    /// <value>1 or more, 512 by default; the system has a limit of its own. Each end point has as many.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int Backlog
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 512;

    /// <summary>Gets or sets whether small pieces are sent at once, and not held back until the other side has acknowledged.</summary>
    /// <value>True by default. Unix sockets have no such thing.</value>
    public bool NoDelay { get; set; } = true;

    /// <summary>Gets or sets how much a connection receives ahead of who reads it.</summary>
    /// <value>
    /// Bytes, 1 MiB by default; 0 or null for no limit. At the limit the connection stops to receive, and its peer to send, until half
    /// of it was read.
    /// </value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? MaxReadBufferSize
    {
        get;
        set => field = Checked(value);
    } = 1024 * 1024;

    /// <summary>Gets or sets how much is written to a connection before writes wait for it to be sent.</summary>
    /// <value>Bytes, 64 KiB by default; 0 or null for no limit. At the limit writes wait until half of it was sent.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? MaxWriteBufferSize
    {
        get;
        set => field = Checked(value);
    } = 64 * 1024;

    /// <summary>Gets or sets whether a connection takes a buffer only when there is something to receive.</summary>
    /// <value>
    /// True by default: idle connections hold no buffer. False saves a call to the system each time, and costs 4 KiB a connection.
    /// </value>
    public bool WaitForDataBeforeAllocatingBuffer { get; set; } = true;

    private static long? Checked(long? value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value.GetValueOrDefault(), nameof(value));
        return value;
    }
}
