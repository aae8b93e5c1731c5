using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Intake.Batching;

/// <summary>
/// The id of a job that is one ask of a batch's row: <c>batch-{batch}-{row}-{ask}of{asks}</c>. It is made from what is asked, so that the same
/// row of the same batch is the same job however often the file is dropped, and a changed row is another.
/// </summary>
/// <param name="Batch">The hash of the batch's name.</param>
/// <param name="Row">The hash of the row: its id, or its line where it has none, and its content.</param>
/// <param name="Ask">The ask's number in its row, from 1.</param>
/// <param name="Asks">How many asks the row has.</param>
public readonly partial record struct BatchJobId(string Batch, string Row, int Ask, int Asks)
{
    /// <summary>The source of jobs that come from batches.</summary>
    public const string Source = "batch";

    /// <summary>The ask before this one in its row.</summary>
    public BatchJobId Before => this with { Ask = Ask - 1 };

    /// <summary>The key of the conversation that a row of several asks is.</summary>
    public string Conversation => $"batch-{Batch}-{Row}";

    /// <summary>The hash of a row.</summary>
    /// <param name="id">The row's own id; null when it has none.</param>
    /// <param name="line">Its line; stands for the id that is missing.</param>
    /// <param name="asks">What it asks, blobs pinned.</param>
    public static string RowHash(string? id, long line, IReadOnlyList<AcceptedPrompt> asks)
    {
        var name = id is null ? string.Create(CultureInfo.InvariantCulture, $"line {line}") : $"id {id}";
        var text = string.Join('\n', asks.Select(ContentDigest.Of).Append(name));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))[..12]);
    }

    /// <summary>Reads the id of a batch's job, or says it is none.</summary>
    public static bool TryParse(JobId id, out BatchJobId ask)
    {
        var match = Form().Match(id.ToString());
        ask = match.Success
            ? new BatchJobId(match.Groups["batch"].Value, match.Groups["row"].Value, Number(match.Groups["ask"]), Number(match.Groups["asks"]))
            : default;
        return match.Success;
    }

    /// <summary>The id as a job has it.</summary>
    public JobId ToJobId() => JobId.Parse(ToString());

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"batch-{Batch}-{Row}-{Ask}of{Asks}");

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^batch-(?<batch>[0-9a-f]{16})-(?<row>[0-9a-f]{24})-(?<ask>[0-9]{1,4})of(?<asks>[0-9]{1,4})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
