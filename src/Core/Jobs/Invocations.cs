using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SparrowFunctions.Jobs;

/// <summary>Begins the runs of functions, each with the platform's limit.</summary>
/// <param name="configuration">The app's settings; the platform's own <c>AzureFunctionsJobHost__functionTimeout</c> stands over host.json's value.</param>
/// <param name="time">The clock.</param>
public sealed class Invocations(IConfiguration configuration, TimeProvider time)
{
    /// <summary>What host.json of this app says.</summary>
    public static readonly TimeSpan HostLimit = TimeSpan.FromMinutes(20);

    /// <summary>How long one run may last.</summary>
    public TimeSpan Limit { get; } =
        TimeSpan.TryParse(configuration["AzureFunctionsJobHost:functionTimeout"], CultureInfo.InvariantCulture, out var limit) && limit > TimeSpan.Zero
            ? limit
            : HostLimit;

    /// <summary>Begins a run.</summary>
    public Invocation Begin() => new(time.GetUtcNow(), Limit, time);
}
