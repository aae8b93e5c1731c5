using System.Globalization;
using System.Text.Json;
using Azure;

namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>Runs samples one after the other and tells how they went.</summary>
/// <param name="output">Where the developer reads.</param>
/// <param name="progress">Shows the waiting.</param>
/// <param name="time">The clock.</param>
/// <param name="limit">How long one sample may take; 60 seconds by default.</param>
public sealed class DemoRunner(TextWriter output, ProgressDisplay progress, TimeProvider time, TimeSpan? limit = null)
{
    private const int ShownAnswer = 600;

    private readonly TimeSpan _limit = limit ?? TimeSpan.FromSeconds(60);

    /// <summary>Runs all samples, the failed ones included, and prints a table at the end.</summary>
    /// <returns>True when every sample succeeded.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<IDemoSample> samples, DemoContext context, CancellationToken cancellationToken)
    {
        var outcomes = new List<(IDemoSample Sample, DemoOutcome Outcome, TimeSpan Took)>();
        foreach (var sample in samples)
        {
            output.WriteLine();
            var started = time.GetTimestamp();
            var outcome = await progress.ShowAsync(
                sample.Title, told => RunOneAsync(sample, context, told, cancellationToken), each => each.Succeeded);
            outcomes.Add((sample, outcome, time.GetElapsedTime(started)));
            Show(outcome);
        }

        output.WriteLine();
        var width = samples.Max(sample => sample.Title.Length);
        foreach (var (sample, outcome, took) in outcomes)
        {
            var line = $"  {(outcome.Succeeded ? "ok    " : "FAILED")}  {sample.Title.PadRight(width)}  "
                + $"{took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),5} s  {outcome.Problem ?? (outcome.Blobs is [var first, ..] ? first : null)}";
            output.WriteLine(line);
        }

        var succeeded = outcomes.Count(each => each.Outcome.Succeeded);
        output.WriteLine($"  {succeeded} of {outcomes.Count} samples succeeded.");
        return succeeded == outcomes.Count;
    }

    private async Task<DemoOutcome> RunOneAsync(
        IDemoSample sample, DemoContext context, IProgress<string> told, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await sample.RunAsync(context, told, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DemoOutcome.Failed(
                $"Nothing came within {_limit.TotalSeconds:0} seconds. The app's log, or the table deadletters, may say why.");
        }
        catch (Exception problem) when (problem is RequestFailedException or HttpRequestException or JsonException or IOException)
        {
            // Storage puts the whole answer into the message; its first line says enough.
            return DemoOutcome.Failed(problem.Message.ReplaceLineEndings("\n").Split('\n')[0]);
        }
    }

    private void Show(DemoOutcome outcome)
    {
        if (outcome.Problem is not null) output.WriteLine($"      {outcome.Problem}");
        foreach (var note in outcome.Notes) output.WriteLine($"      {note}");
        if (outcome.Answer is { } answer)
        {
            var shown = answer.Length > ShownAnswer ? answer[..ShownAnswer] + "…" : answer;
            foreach (var line in shown.ReplaceLineEndings("\n").Split('\n')) output.WriteLine($"      > {line}");
        }

        foreach (var blob in outcome.Blobs) output.WriteLine($"      {blob}");
    }
}
