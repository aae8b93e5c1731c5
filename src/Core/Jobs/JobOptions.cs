namespace SparrowFunctions.Jobs;

/// <summary>The settings under <c>Jobs</c>.</summary>
public sealed class JobOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Jobs";

    /// <summary>Most tries of one job, 1 to 100. Default 12.</summary>
    public int MaxAttempts { get; set; } = 12;

    /// <summary>Delay before the second try; it doubles from there. Default 10 seconds.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest delay of our own choosing; a longer Retry-After is honoured. Default 1 hour.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a worker that stopped giving signs of life counts as alive. Default 50 seconds.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(50);

    /// <summary>What happens to a paid call whose outcome a crash hid. Default: tried once more, counted as possibly billed.</summary>
    public UnknownOutcome UnknownOutcome { get; set; } = UnknownOutcome.RetryOnce;
}
