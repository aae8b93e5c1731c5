using System.Reflection;
using Azure;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Jobs.Gates;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions;

/// <summary>Finds out how the app stands, at most every 10 seconds however often it is asked.</summary>
public sealed class Health(QueueServiceClient queues, KeyGate gate, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Reuse = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string Version =
        typeof(Health).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private readonly SemaphoreSlim _one = new(1);
    private HealthReport? _last;

    /// <summary>The report as an HTTP answer.</summary>
    public async Task<IResult> AnswerAsync(CancellationToken cancellationToken)
    {
        var report = await ReportAsync(cancellationToken);
        return Microsoft.AspNetCore.Http.Results.Json(report, HealthJson.Default.HealthReport, statusCode: report.StatusCode);
    }

    /// <summary>The report, at most 10 seconds old.</summary>
    public async Task<HealthReport> ReportAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_last is null || time.GetUtcNow() - _last.CheckedAt >= Reuse)
                _last = await CheckAsync(cancellationToken);
            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<HealthReport> CheckAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var queue = await CheckQueueAsync(either.Token);
            var now = await gate.FindAsync(either.Token);
            return new HealthReport(now.IsOpen ? "healthy" : "degraded", "reachable", State(now), queue, Version, time.GetUtcNow());
        }
        catch (Exception exception) when (exception is RequestFailedException or AggregateException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return new HealthReport("unhealthy", "unreachable", "unknown", null, Version, time.GetUtcNow());
        }
    }

    // Only the kind: the reason may hold the vendor's own words about the account
    private static string State(Gate gate) => gate switch
    {
        { IsOpen: true } => "open",
        { Paused: true } => "paused",
        _ => $"closed ({gate.Kind!.Value.Name()})",
    };

    private async Task<QueueHealth> CheckQueueAsync(CancellationToken cancellationToken)
    {
        var prompts = queues.GetQueueClient(StorageNames.PromptsQueue);
        var properties = (await prompts.GetPropertiesAsync(cancellationToken)).Value;
        var head = (await prompts.PeekMessageAsync(cancellationToken)).Value;
        return new QueueHealth(properties.ApproximateMessagesCount, head?.InsertedOn is { } since ? Math.Round((time.GetUtcNow() - since).TotalSeconds, 1) : null);
    }
}
