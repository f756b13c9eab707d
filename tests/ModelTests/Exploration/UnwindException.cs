using System;

namespace Goroutines.ModelTests.Exploration;

/// <summary>Takes a model thread out of whatever it is in when its execution is over. Never leaves the simulation.</summary>
internal sealed class UnwindException : Exception;
