using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparrowFunctions.Telemetry;

namespace SparrowFunctions.Tests.Infra;

/// <summary>Alerts ask for texts that the app logs and for metrics that it counts; a renamed one would silence them without a word.</summary>
public sealed partial class AlertTests
{
    private static readonly string[] Queries = [.. Deployment.Of("Microsoft.Insights/scheduledQueryRules")
        .Select(rule => rule.GetProperty("properties").GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!)];

    [Fact]
    public void Every_metric_that_an_alert_asks_for_is_counted()
    {
        var asked = Queries.SelectMany(query => MetricName().Matches(query)).Select(match => match.Groups["name"].Value).Distinct().ToArray();

        asked.ShouldNotBeEmpty();
        asked.Except(Instruments()).ShouldBeEmpty();
    }

    [Fact]
    public void Every_text_that_an_alert_looks_for_is_logged()
    {
        var messages = typeof(JobRunner).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.Message).OfType<string>().ToArray();
        var texts = Queries.SelectMany(query => MessageStart().Matches(query)).Select(match => match.Groups["name"].Value).Distinct().ToArray();

        texts.Length.ShouldBe(2);
        texts.Where(text => !messages.Any(message => message.StartsWith(text, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    // A record may stand for several where somebody samples; metrics are sums already
    [Fact]
    public void Records_are_counted_as_what_they_stand_for() => Queries.ShouldAllBe(query => !query.Contains("count()", StringComparison.Ordinal));

    [Fact]
    public void Gate_dead_letters_failures_and_waiting_prompts_are_heard_of() =>
        Deployment.Names("Microsoft.Insights/scheduledQueryRules").Select(name => name[..name.LastIndexOf('-')])
            .ShouldBe(["alert-gate-closed", "alert-dead-letters", "alert-failures", "alert-possibly-billed", "alert-queue-age", "alert-functions-failing"], ignoreOrder: true);

    [Fact]
    public void Every_alert_reaches_somebody()
    {
        var groups = Deployment.Of("Microsoft.Insights/actionGroups").ShouldHaveSingleItem();

        groups.GetProperty("properties").GetProperty("emailReceivers")[0].GetProperty("emailAddress").GetString().ShouldBe("operator@example.com");
        Deployment.Of("Microsoft.Insights/scheduledQueryRules").Select(rule => rule.GetProperty("properties").GetProperty("actions").GetProperty("actionGroups")[0].GetString())
            .Distinct().ShouldBe([groups.GetProperty("id").GetString()]);
    }

    private static HashSet<string> Instruments()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        using var services = new ServiceCollection().AddMetrics().AddTelemetry().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                // A listener hears of every app in the process
                if (instrument.Meter.Scope == meters && instrument.Meter.Name == SparrowMetrics.MeterName) names.Add(instrument.Name);
            },
        };
        listener.Start();
        services.GetRequiredService<SparrowMetrics>();
        return names;
    }

    [GeneratedRegex("""Name == "(?<name>[^"]+)["]""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex MetricName();

    [GeneratedRegex("""Message startswith "(?<name>[^"]+)["]""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex MessageStart();
}
