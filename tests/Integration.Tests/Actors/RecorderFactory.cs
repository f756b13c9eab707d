using Microsoft.Extensions.Logging;

namespace Goroutines.IntegrationTests;

/// <summary>Gives one recorder to all who log.</summary>
internal sealed class RecorderFactory(LogRecorder log) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
