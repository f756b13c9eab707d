using System;

namespace Goroutines.Tests.Verbs;

/// <summary>An exception nothing but these tests throws.</summary>
internal sealed class MarkedException(string message = "marked") : Exception(message);
