using System.Globalization;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>A running Sparrow emulator, in a process of its own that ends with this one.</summary>
public sealed class EmulatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private EmulatorProcess(LifelineProcess process, Uri address)
    {
        Process = process;
        Address = address;
    }

    /// <summary>The emulator's program, copied beside the local host by its project reference.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, "SparrowEmulator.dll");

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>The process.</summary>
    public LifelineProcess Process { get; }

    /// <summary>Starts the emulator and returns when it answers.</summary>
    /// <param name="node">The Node.js that holds its lifeline.</param>
    /// <param name="port">Its port.</param>
    /// <param name="time">For the wait.</param>
    /// <param name="cancellationToken">Gives up and ends the process.</param>
    /// <param name="program">Another program to start in its place; for tests.</param>
    /// <exception cref="SetupException">The port is in use, or the emulator ended by itself.</exception>
    public static async Task<EmulatorProcess> StartAsync(
        NodeRuntime node, int port, TimeProvider time, CancellationToken cancellationToken, LifelineCommand? program = null)
    {
        var address = new Uri($"http://localhost:{port}");
        var process = LifelineProcess.Start(
            node,
            program ?? new LifelineCommand(DotnetHost.Executable, [Program, "--port", port.ToString(CultureInfo.InvariantCulture)]));
        try
        {
            await WaitAsync(process, address, time, cancellationToken);
            return new EmulatorProcess(process, address);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the emulator; what it remembers is gone.</summary>
    public ValueTask DisposeAsync() => Process.DisposeAsync();

    private static async Task WaitAsync(LifelineProcess process, Uri address, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            var answers = AnswersAsync(http, address, cancellationToken);
            if (await Task.WhenAny(answers, process.Exited) == process.Exited) throw Ended(process, address);
            if (await answers) break;
            if (time.GetElapsedTime(started) > StartLimit)
                throw new SetupException($"The Sparrow emulator did not answer within {StartLimit.TotalSeconds:0} seconds. Its last lines: {Tail(process)}");
            await Task.Delay(Poll, time, cancellationToken);
        }

        // Another program may answer on the port while ours has just ended over it.
        if (process.Exited.IsCompleted) throw Ended(process, address);
    }

    private static async Task<bool> AnswersAsync(HttpClient http, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address, "/__admin/calls"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static SetupException Ended(LifelineProcess process, Uri address) =>
        process.LastLines.Any(line => line.Contains("already in use", StringComparison.OrdinalIgnoreCase))
            ? new SetupException(
                $"Port {address.Port}, where the Sparrow emulator should listen, is in use. Stop the program that holds it, or use the emulator "
                + $"that runs there with --sparrow {address.GetLeftPart(UriPartial.Authority)}.")
            : new SetupException($"The Sparrow emulator ended right after its start. Its last lines: {Tail(process)}");

    private static string Tail(LifelineProcess process) => string.Join(" | ", process.LastLines.TakeLast(6));
}
