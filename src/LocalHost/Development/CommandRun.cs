using System.ComponentModel;
using System.Diagnostics;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>A short command that is run to its end.</summary>
/// <param name="ExitCode">Its exit code; null when the program does not exist.</param>
/// <param name="Output">The lines of its standard output and standard error, as they came.</param>
public sealed record CommandRun(int? ExitCode, IReadOnlyList<string> Output)
{
    /// <summary>Runs a command to its end, or until cancelled: then it is ended with its children.</summary>
    public static async Task<CommandRun> RunAsync(string file, IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        using var process = new Process { StartInfo = start };
        var lines = new List<string>();
        void Keep(string? line)
        {
            if (line is null) return;
            lock (lines) lines.Add(line);
        }

        process.OutputDataReceived += (_, received) => Keep(received.Data);
        process.ErrorDataReceived += (_, received) => Keep(received.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            return new CommandRun(null, []);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new CommandRun(process.ExitCode, lines);
    }
}
