using Microsoft.Extensions.Logging;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Host;

/// <summary>The pipeline's own log, as lines of the trace.</summary>
internal sealed class SimLog(SimProcess process) : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            process.World.Tell($"{process.Name} | {formatter(state, exception)}");
    }

    public void Dispose()
    {
    }
}
