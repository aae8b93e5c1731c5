using System.Globalization;
using Microsoft.AspNetCore.Http;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Web;

/// <summary>Reads the parameters of lists and gathers what is wrong with them.</summary>
internal sealed class ListQuery(IQueryCollection query)
{
    private const int UsualTop = 20;

    /// <summary>What is wrong.</summary>
    public List<ProblemError> Errors { get; } = [];

    /// <summary>A state's name.</summary>
    public JobState? State() => Named("state", Enum.GetValues<JobState>(), static state => state.Name());

    /// <summary>A kind's name.</summary>
    public FailureKind? Kind() => Named("kind", Enum.GetValues<FailureKind>(), static kind => kind.Name());

    /// <summary>A text as it is; null when it is not given.</summary>
    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <summary>How many items a page shall have.</summary>
    public int Top()
    {
        if (Text("top") is not { } text)
            return UsualTop;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top is >= 1 and <= JobList.MostOnPage)
            return top;
        Errors.Add(new ProblemError("top", "is not a whole number from 1 to 100.", "Ask for 1 to 100 items, and for more by continuation."));
        return UsualTop;
    }

    /// <summary>The place to go on from; null for the beginning.</summary>
    public string? After(Continuation continuation, string list)
    {
        if (Text("continuation") is not { } text)
            return null;
        if (continuation.TryRead(text, list, out var place))
            return place;
        Errors.Add(new ProblemError("continuation", "is not one that this list gave.", "Send it as it was given, with the same filters, or leave it out to begin anew."));
        return null;
    }

    private T? Named<T>(string name, T[] values, Func<T, string> nameOf)
        where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        foreach (var value in values)
        {
            if (string.Equals(nameOf(value), text, StringComparison.Ordinal))
                return value;
        }

        Errors.Add(new ProblemError(name, $"is not one of {string.Join(", ", values.Select(nameOf))}.", "Send one of these, or leave it out for all."));
        return null;
    }
}
