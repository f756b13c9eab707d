namespace Goroutines.Compare.Load;

/// <summary>What the clients of a server under load say, and expect to be answered.</summary>
internal enum LoadKind
{
    /// <summary>64 bytes, which come back.</summary>
    Echo,

    /// <summary>GET / over HTTP/1.1, with an answer whose length is the same each time.</summary>
    Http,
}
