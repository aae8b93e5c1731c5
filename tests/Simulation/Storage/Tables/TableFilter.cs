using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Data.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage.Tables;

/// <summary>
/// The part of OData's filters that CreateQueryFilter writes: and, or, not, parentheses, and comparisons of a column with a literal.
/// As in the service, a row without the column matches no comparison.
/// </summary>
internal sealed partial class TableFilter
{
    private readonly List<string> _tokens;
    private int _next;

    private TableFilter(string text) => _tokens = [.. Tokens().Matches(text).Select(match => match.Value)];

    /// <summary>Reads a filter; none lets every row through.</summary>
    public static Func<TableEntity, bool> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return static _ => true;
        var filter = new TableFilter(text);
        var parsed = filter.Or();
        return filter._next == filter._tokens.Count ? parsed : throw new SimFailureException($"The simulation can't read the filter {text}");
    }

    private Func<TableEntity, bool> Or()
    {
        var left = And();
        while (Take("or"))
        {
            var (first, second) = (left, And());
            left = row => first(row) || second(row);
        }

        return left;
    }

    private Func<TableEntity, bool> And()
    {
        var left = Unary();
        while (Take("and"))
        {
            var (first, second) = (left, Unary());
            left = row => first(row) && second(row);
        }

        return left;
    }

    private Func<TableEntity, bool> Unary()
    {
        if (Take("not"))
        {
            var inner = Unary();
            return row => !inner(row);
        }

        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw new SimFailureException("A parenthesis of a filter is not closed.");
        }

        return Comparison();
    }

    private Func<TableEntity, bool> Comparison()
    {
        var (column, comparison, literal) = (_tokens[_next], _tokens[_next + 1], Literal(_tokens[_next + 2]));
        _next += 3;
        Func<int, bool> holds = comparison switch
        {
            "eq" => static order => order == 0,
            "ne" => static order => order != 0,
            "gt" => static order => order > 0,
            "ge" => static order => order >= 0,
            "lt" => static order => order < 0,
            "le" => static order => order <= 0,
            _ => throw new SimFailureException($"The simulation does not know the comparison {comparison}."),
        };
        return row => row.TryGetValue(column, out var value) && value is not null && Order(value, literal) is { } order && holds(order);
    }

    private bool Take(string token)
    {
        if (_next >= _tokens.Count || _tokens[_next] != token)
            return false;
        _next++;
        return true;
    }

    private static object Literal(string token)
    {
        if (token.StartsWith('\''))
            return token[1..^1].Replace("''", "'", StringComparison.Ordinal);
        if (token.StartsWith("datetime'", StringComparison.Ordinal))
            return DateTimeOffset.Parse(token[9..^1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        if (token is "true" or "false")
            return token == "true";
        return token.EndsWith('L')
            ? long.Parse(token[..^1], CultureInfo.InvariantCulture)
            : double.Parse(token, CultureInfo.InvariantCulture);
    }

    private static int? Order(object value, object literal) => (value, literal) switch
    {
        (string left, string right) => string.CompareOrdinal(left, right),
        (bool left, bool right) => left.CompareTo(right),
        (DateTimeOffset left, DateTimeOffset right) => left.CompareTo(right),
        (int or long or double, long or double) => Convert.ToDouble(value, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(literal, CultureInfo.InvariantCulture)),
        _ => null,
    };

    [GeneratedRegex(@"datetime'[^']*'|'(?:[^']|'')*'|[()]|[^\s()]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Tokens();
}
