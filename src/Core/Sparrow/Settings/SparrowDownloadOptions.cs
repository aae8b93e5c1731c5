namespace SparrowFunctions.Sparrow.Settings;

/// <summary>The settings under <c>Sparrow:Downloads</c>.</summary>
public sealed class SparrowDownloadOptions
{
    /// <summary>How long a file may take to begin arriving. Default 30 seconds.</summary>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a file may pause between two pieces. Default 30 seconds.</summary>
    [TimeRange("00:00:01", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one file may take in all, and all files of a job together. Default 10 minutes.</summary>
    [TimeRange("00:00:01", "01:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Largest file that is saved, in megabytes; one that proves larger is given up. Default 2000.</summary>
    [NumberRange(1, 1_000_000)]
    public int MaxMegabytes { get; set; } = 2000;
}
