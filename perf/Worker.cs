using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>One of the two sides that are compared, each a process of its own.</summary>
/// <param name="Name">How the tables call it.</param>
/// <param name="StartAsync">Starts it on a cluster; it is ready to take prompts when this returns.</param>
internal sealed record Worker(string Name, Func<Cluster, int, Takes, CancellationToken, Task<ChildProcess>> StartAsync)
{
    /// <summary>This program's assembly.</summary>
    private static readonly string Self = Path.Combine(AppContext.BaseDirectory, "Perf.dll");

    /// <summary>The local host with the product's own settings.</summary>
    public static readonly Worker Product = new("product", async (cluster, atOnce, takes, cancellationToken) =>
        (await cluster.StartHostAsync(ProductSettings(atOnce, takes), cancellationToken)).Process);

    /// <summary>The raw loop.</summary>
    public static readonly Worker Raw = new("raw loop", async (cluster, atOnce, takes, cancellationToken) =>
    {
        var loop = await cluster.StartProgramAsync(
            Self,
            ["raw", "--at-once", Text(atOnce), "--batch-size", Text(takes.BatchSize), "--new-batch-threshold", Text(takes.NewBatchThreshold)],
            new Dictionary<string, string>());
        await loop.LineAsync(new Regex($"^{RawLoop.Ready}$", RegexOptions.None, TimeSpan.FromSeconds(1)), cancellationToken);
        return loop;
    });

    /// <summary>Settings under which a host runs so many prompts at once; the polling of idle queues is as deployed, not as in development.</summary>
    public static Dictionary<string, string> ProductSettings(int atOnce, Takes takes) => new()
    {
        ["Sparrow__Mode"] = "concurrent",
        ["Sparrow__MaxConcurrency__Concurrent"] = Text(atOnce),
        ["AzureFunctionsJobHost__extensions__queues__batchSize"] = Text(takes.BatchSize),
        ["AzureFunctionsJobHost__extensions__queues__newBatchThreshold"] = Text(takes.NewBatchThreshold),
        ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:10",
    };

    /// <summary>The processor time that a process has used so far.</summary>
    public static TimeSpan ProcessorTime(ChildProcess process)
    {
        using var seen = Process.GetProcessById(process.Id);
        return seen.TotalProcessorTime;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
