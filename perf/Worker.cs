using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Perf;

/// <summary>One of the two sides that are compared, each a process of its own.</summary>
/// <param name="Name">How the tables call it.</param>
/// <param name="StartAsync">Starts it on a cluster; it is ready to take prompts when this returns.</param>
internal sealed record Worker(string Name, Func<Cluster, int, CancellationToken, Task<ChildProcess>> StartAsync)
{
    /// <summary>This program's assembly.</summary>
    private static readonly string Self = Path.Combine(AppContext.BaseDirectory, "Perf.dll");

    /// <summary>The local host with the product's own settings.</summary>
    public static readonly Worker Product = new("product", async (cluster, atOnce, cancellationToken) =>
        (await cluster.StartHostAsync(ProductSettings(atOnce), cancellationToken)).Process);

    /// <summary>The raw loop.</summary>
    public static readonly Worker Raw = new("raw loop", async (cluster, atOnce, cancellationToken) =>
    {
        var loop = await cluster.StartProgramAsync(
            Self, ["raw", "--at-once", atOnce.ToString(CultureInfo.InvariantCulture)], new Dictionary<string, string>());
        await loop.LineAsync(new Regex($"^{RawLoop.Ready}$", RegexOptions.None, TimeSpan.FromSeconds(1)), cancellationToken);
        return loop;
    });

    /// <summary>Settings under which a host runs so many prompts at once; the polling of idle queues is as deployed, not as in development.</summary>
    public static Dictionary<string, string> ProductSettings(int atOnce)
    {
        var batch = Math.Min(32, atOnce);
        return new Dictionary<string, string>
        {
            ["Sparrow__Mode"] = "concurrent",
            ["AzureFunctionsJobHost__extensions__queues__batchSize"] = batch.ToString(CultureInfo.InvariantCulture),
            ["AzureFunctionsJobHost__extensions__queues__newBatchThreshold"] = (atOnce - batch).ToString(CultureInfo.InvariantCulture),
            ["AzureFunctionsJobHost__extensions__queues__maxPollingInterval"] = "00:00:10",
        };
    }

    /// <summary>The processor time that a process has used so far.</summary>
    public static TimeSpan ProcessorTime(ChildProcess process)
    {
        using var seen = Process.GetProcessById(process.Id);
        return seen.TotalProcessorTime;
    }
}
