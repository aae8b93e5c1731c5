using System.Globalization;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.Processes.Drivers;

/// <summary>Signals to other processes.</summary>
internal static class ProcessSignal
{
    /// <summary>Sends one; a process that is gone already is no error.</summary>
    /// <param name="processId">To whom.</param>
    /// <param name="signal">KILL, TERM, STOP or CONT.</param>
    public static async Task SendAsync(int processId, string signal) => await CommandRun.RunAsync(
        "kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)], Path.GetTempPath(), CancellationToken.None);
}
