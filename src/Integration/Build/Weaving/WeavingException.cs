using System;
using System.Diagnostics.CodeAnalysis;

namespace Goroutines.Build.Weaving;

/// <summary>Says why an assembly cannot be woven: a code to look up and a sentence that names what to do.</summary>
[SuppressMessage("Design", "CA1032", Justification = "Thrown here only, and never without a code.")]
internal sealed class WeavingException : Exception
{
    internal WeavingException(string code, string message, Exception? cause = null)
        : base(message, cause) => Code = code;

    /// <summary>Gets the code, GOCP and a number, as it stands in the build's error message.</summary>
    public string Code { get; }
}
