using System.ComponentModel;
using System.Diagnostics;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>
/// A helper process that lives exactly as long as this one: it goes when stopped and when this process dies in whatever way, and a Ctrl-C of the
/// terminal does not reach it before this process has drained. How: lifeline.cjs.
/// </summary>
public sealed class LifelineProcess : IAsyncDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();
    private readonly Lock _gate = new();
    private readonly StreamWriter? _log;
    private readonly Action<string>? _onLine;

    private LifelineProcess(Process process, LifelineCommand command)
    {
        _process = process;
        _onLine = command.OnLine;
        if (command.LogPath is not null)
            _log = new StreamWriter(new FileStream(command.LogPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    /// <summary>The helper's process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when the helper has ended.</summary>
    public Task Exited { get; private set; } = Task.CompletedTask;

    /// <summary>The last lines the helper wrote, oldest first.</summary>
    public IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_gate) return [.. _lastLines];
        }
    }

    /// <summary>Starts a helper.</summary>
    /// <param name="node">The Node.js that holds the lifeline.</param>
    /// <param name="command">The helper.</param>
    /// <exception cref="SetupException">Node.js could not be started.</exception>
    public static LifelineProcess Start(NodeRuntime node, LifelineCommand command)
    {
        var start = new ProcessStartInfo(node.Executable)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var lifeline = Path.Combine(AppContext.BaseDirectory, "lifeline.cjs");
        foreach (var argument in (string[])[lifeline, command.IsScript ? "script" : "command", command.File, .. command.Arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;

        var helper = new LifelineProcess(new Process { StartInfo = start }, command);
        helper.Run(node);
        return helper;
    }

    /// <summary>Lets go of the lifeline and waits until the helper has ended; one that does not end within 30 seconds is killed.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await Exited.WaitAsync(StopLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // Not waited for: something it left behind may hold its output open.
            _process.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
        if (_log is not null) await _log.DisposeAsync();
    }

    private void Run(NodeRuntime node)
    {
        _process.OutputDataReceived += (_, received) => Keep(received.Data);
        _process.ErrorDataReceived += (_, received) => Keep(received.Data);
        try
        {
            _process.Start();
        }
        catch (Win32Exception problem)
        {
            throw new SetupException($"'{node.Executable}' could not be started: {problem.Message}. Install Node.js from https://nodejs.org.", problem);
        }

        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Exited = _process.WaitForExitAsync();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > KeptLines) _lastLines.Dequeue();
            _log?.WriteLine(line);
        }

        _onLine?.Invoke(line);
    }
}
