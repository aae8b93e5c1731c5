namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Something the demo sends in by one of the entrances, and what must come of it.</summary>
public interface IDemoSample
{
    /// <summary>What it shows, in a few words.</summary>
    string Title { get; }

    /// <summary>Sends it in and waits for the outcome.</summary>
    /// <param name="context">The running app and its storage.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellationToken">Cancelled at the sample's deadline.</param>
    Task<DemoOutcome> RunAsync(DemoContext context, IProgress<string> progress, CancellationToken cancellationToken);
}
