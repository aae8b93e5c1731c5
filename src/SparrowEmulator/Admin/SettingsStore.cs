using System.Text.Json;
using System.Text.Json.Nodes;
using SparrowEmulator.Accounts;
using SparrowEmulator.Sessions;

namespace SparrowEmulator.Admin;

/// <summary>The settings in force, and the points among them.</summary>
internal sealed class SettingsStore(EmulatorClock clock, IssuedKeys issued)
{
    /// <summary>What a billed chat takes; the vendor's price list is not public, "one yuan buys ten calls" is.</summary>
    public const int PointsPerCall = 10;

    private readonly Lock _gate = new();
    private EmulatorSettings _current = new();

    /// <summary>The settings in force.</summary>
    public EmulatorSettings Current => Volatile.Read(ref _current);

    /// <summary>Puts the given fields in place of the old ones, all or none.</summary>
    /// <param name="changes">A JSON object; fields that are absent stay as they are.</param>
    /// <returns>What is wrong, naming the field; null when the change is made.</returns>
    public string? Merge(JsonObject changes)
    {
        lock (_gate)
        {
            var merged = JsonSerializer.SerializeToNode(_current, AdminJson.Default.EmulatorSettings)!.AsObject();
            foreach (var (name, value) in changes)
            {
                if (value is JsonObject inner && merged[name] is JsonObject old)
                    foreach (var (innerName, innerValue) in inner) old[innerName] = innerValue?.DeepClone();
                else merged[name] = value?.DeepClone();
            }

            EmulatorSettings next;
            try
            {
                next = merged.Deserialize(AdminJson.Default.EmulatorSettings)!;
            }
            catch (JsonException e)
            {
                return AdminBody.Explain(e);
            }

            if (next.Problem() is { } problem) return problem;
            Volatile.Write(ref _current, next);
            clock.Run(next.ClockScale);
            return null;
        }
    }

    /// <summary>True when the key is valid at this moment: one that was issued here while it is good, any other as the settings say.</summary>
    public bool Accepts(string? token) => token is not null && (issued.Judge(token) ?? Current.ValidTokens?.Contains(token, StringComparer.Ordinal) ?? true);

    /// <summary>Takes the price of one call; false when too little is left. Taken when a call is accepted, so that calls at once can't overdraw.</summary>
    public bool TryCharge()
    {
        lock (_gate)
        {
            if (_current.Points is not { } left) return true;
            if (left < PointsPerCall) return false;
            Volatile.Write(ref _current, _current with { Points = left - PointsPerCall });
            return true;
        }
    }

    /// <summary>Back to the defaults.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            Volatile.Write(ref _current, new EmulatorSettings());
            clock.Run(1);
            issued.Clear();
        }
    }
}
