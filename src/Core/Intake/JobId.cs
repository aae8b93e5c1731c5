using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SparrowFunctions.Intake;

/// <summary>A job's id and idempotency key: 1 to 128 letters, digits, dots, dashes and underscores. Safe as a table key and as a folder's name.</summary>
public readonly partial record struct JobId
{
    /// <summary>The rule in words, for whoever broke it.</summary>
    public const string Rule =
        "Use 1 to 128 of the characters A-Z a-z 0-9 . _ -, beginning with a letter or digit and not ending with a dot; drop and batches are taken.";

    private readonly string? _value;

    private JobId(string value) => _value = value;

    /// <summary>Reads an id, or says it is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out JobId id)
    {
        var valid = text is not null and not "drop" and not "batches" && Form().IsMatch(text);
        id = valid ? new JobId(text!) : default;
        return valid;
    }

    /// <summary>Reads an id that is known to be one, as from our own table.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static JobId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a job id. {Rule}");

    /// <inheritdoc/>
    public override string ToString() => _value ?? throw new InvalidOperationException("A job id that was never set has no text.");

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
