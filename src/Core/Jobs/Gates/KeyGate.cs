using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Intake;
using SparrowFunctions.Provisioning;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Gates;

/// <summary>
/// The gate of this app's key, shared by all instances through its row. An open gate is looked at again every 10 seconds at most, so it
/// costs next to nothing; an instance that has not heard yet that it closed makes one more call a slot and then knows by itself.
/// </summary>
public sealed partial class KeyGate(
    TableServiceClient tables, IOptions<SparrowOptions> sparrow, IOptions<GateOptions> options, IRandomSource random, TimeProvider time, ILogger<KeyGate> logger)
{
    private static readonly TimeSpan Reuse = TimeSpan.FromSeconds(10);

    // A probe may wait for a permit and upload files before it calls
    private static readonly TimeSpan Preparation = TimeSpan.FromMinutes(2);

    private readonly TableClient _table = tables.GetTableClient(StorageNames.GatesTable);
    private readonly string _key = RowKey(sparrow.Value);
    private Gate? _last;
    private DateTimeOffset _lookedAt;

    /// <summary>Whether a job may call now; the one that may as a probe is on record as such when this returns.</summary>
    public async Task<Admission> AdmitAsync(JobId job, CancellationToken cancellationToken)
    {
        var gate = await LookAsync(fresh: _last is { IsOpen: false }, cancellationToken);
        var admission = GateRule.Admit(gate, time.GetUtcNow(), options.Value, random.NextFraction());
        if (admission.Verdict != AdmissionVerdict.Probe)
            return admission;

        var until = time.GetUtcNow() + sparrow.Value.RequestTimeout + Preparation;
        if (await UpdateAsync(GateRule.Probe(gate, job.ToString(), until), cancellationToken))
            return admission;
        return new(AdmissionVerdict.Closed, time.GetUtcNow() + options.Value.ProbeInterval, admission.Reason, admission.Kind);
    }

    /// <summary>Whether the gate is known to be open without asking storage; false when that is not known.</summary>
    public bool IsKnownOpen => _last is { IsOpen: true } && time.GetUtcNow() - _lookedAt < Reuse;

    /// <summary>Whether the gate is known to be closed without asking storage.</summary>
    public bool IsKnownClosed => _last is { IsOpen: false };

    /// <summary>The gate as it is, at most 10 seconds old.</summary>
    public Task<Gate> FindAsync(CancellationToken cancellationToken) => LookAsync(fresh: false, cancellationToken);

    /// <summary>A call was answered in a way that says no call with this key can succeed.</summary>
    /// <returns>When the job should ask again.</returns>
    public async Task<Admission> CloseAsync(JobId job, FailureKind kind, string reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            var gate = await LookAsync(fresh: true, cancellationToken);
            var now = time.GetUtcNow();
            var closed = gate.Prober == job.ToString()
                ? GateRule.ProbeFailed(gate, kind, reason, now, options.Value)
                : GateRule.Close(gate, kind, reason, now, options.Value);
            if (ReferenceEquals(closed, gate) || await UpdateAsync(closed, cancellationToken))
            {
                if (gate.Kind is null)
                    Log.Closed(logger, kind.Name(), reason);

                var wait = GateRule.BehindNextProbe(gate, job.ToString(), closed, options.Value, random.NextFraction());
                return new(AdmissionVerdict.Closed, closed.ProbeAt + wait, reason);
            }
        }
    }

    /// <summary>The call of a job that was the probe was answered: the gate opens for all.</summary>
    public async Task OpenAsync(JobId job, CancellationToken cancellationToken)
    {
        while (_last is not { Kind: null })
        {
            var gate = await LookAsync(fresh: true, cancellationToken);
            if (gate.Prober != job.ToString())
                return;
            if (!await UpdateAsync(GateRule.Open(gate), cancellationToken))
                continue;
            Log.Opened(logger);
            return;
        }
    }

    /// <summary>Whether a job is still the probe, now that its call begins; others wait for it from now on. It is not where it took so long that another probes.</summary>
    public async Task<bool> ProbesStillAsync(JobId job, CancellationToken cancellationToken)
    {
        var gate = await LookAsync(fresh: true, cancellationToken);
        return gate.Prober == job.ToString()
            && await UpdateAsync(GateRule.Probe(gate, job.ToString(), time.GetUtcNow() + sparrow.Value.RequestTimeout + Preparation), cancellationToken);
    }

    /// <summary>A probe ended in a way that says nothing about the key: the next job may probe.</summary>
    public async Task ReleaseProbeAsync(JobId job, CancellationToken cancellationToken)
    {
        if (_last is { Kind: null } or null)
            return;
        var gate = await LookAsync(fresh: true, cancellationToken);
        if (gate.Prober == job.ToString())
            await UpdateAsync(gate with { Prober = null, ProbeAt = time.GetUtcNow() + gate.ProbeInterval }, cancellationToken);
    }

    /// <summary>An operator holds all calls back, or lets them go again. Accepted work waits meanwhile.</summary>
    public async Task PauseAsync(bool paused, string? reason, CancellationToken cancellationToken)
    {
        while (true)
        {
            var gate = await LookAsync(fresh: true, cancellationToken);
            if (await UpdateAsync(gate with { Paused = paused, PauseReason = paused ? reason : null }, cancellationToken))
                return;
        }
    }

    private async Task<Gate> LookAsync(bool fresh, CancellationToken cancellationToken)
    {
        if (!fresh && _last is { } known && time.GetUtcNow() - _lookedAt < Reuse)
            return known;

        // Whoever comes while this look is under way goes by the last one
        _lookedAt = time.GetUtcNow();
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(Gate.PartitionKey, _key, cancellationToken: cancellationToken);
        return Remember(found.HasValue ? Gate.Read(found.Value!) : new Gate());
    }

    private async Task<bool> UpdateAsync(Gate gate, CancellationToken cancellationToken)
    {
        var write = random.NextId().ToString("N");
        var row = gate.Write(_key, write);
        try
        {
            var response = gate.ETag == default
                ? await _table.AddEntityAsync(row, cancellationToken)
                : await _table.UpdateEntityAsync(row, gate.ETag, TableUpdateMode.Replace, cancellationToken);
            Remember(gate with { ETag = response.Headers.ETag!.Value });
            return true;
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            var now = await _table.GetEntityAsync<TableEntity>(Gate.PartitionKey, _key, cancellationToken: cancellationToken);
            Remember(Gate.Read(now.Value));
            return JobRow.WriteToken(now.Value) == write;
        }
    }

    private Gate Remember(Gate gate)
    {
        _last = gate;
        _lookedAt = time.GetUtcNow();
        return gate;
    }

    // The key itself never reaches a table
    private static string RowKey(SparrowOptions sparrow) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{sparrow.BaseUrl}\n{sparrow.ApiKey}"))[..12]);

    private static partial class Log
    {
        [LoggerMessage(EventId = 160, Level = LogLevel.Error, Message = "The gate is closed ({Kind}): {Reason} Prompts are still accepted; they wait")]
        public static partial void Closed(ILogger logger, string kind, string reason);

        [LoggerMessage(EventId = 161, Level = LogLevel.Warning, Message = "The gate is open again; waiting jobs go on")]
        public static partial void Opened(ILogger logger);
    }
}
