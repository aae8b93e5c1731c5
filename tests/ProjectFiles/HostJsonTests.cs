using System.Globalization;
using System.Text.Json;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>host.json can't hold comments: the documentation gives the reason of each of its values.</summary>
public sealed class HostJsonTests
{
    public static TheoryData<string, string> Values { get; } = new(Leaves("", Repository.Json("host.json")).Select(leaf => (leaf.Name, leaf.Value)));

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_value_has_its_reason(string name, string value)
    {
        var row = File.ReadLines(Repository.PathOf("docs/configuration.md")).SingleOrDefault(line => line.StartsWith($"| `{name}` `{value}` |", StringComparison.Ordinal));

        row.ShouldNotBeNull($"docs/configuration.md has no row that begins with | `{name}` `{value}` |.");
        row.Split('|')[2].Trim().Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Values_of_the_contract_stay()
    {
        var values = Leaves("", Repository.Json("host.json")).ToDictionary(leaf => leaf.Name, leaf => leaf.Value);

        values["extensions.queues.batchSize"].ShouldBe("32");
        values["extensions.queues.newBatchThreshold"].ShouldBe("63");
        values["extensions.queues.maxPollingInterval"].ShouldBe("00:00:10");
        values["extensions.queues.messageEncoding"].ShouldBe("none");
        values["extensions.http.routePrefix"].ShouldBe("api");
    }

    [Fact]
    public void Every_cap_of_calls_is_reached_by_prompts_that_come_one_by_one()
    {
        var queues = Repository.Json("host.json").GetProperty("extensions").GetProperty("queues");
        var caps = new SparrowOptions().MaxConcurrency;

        // One message at a time, so many run: the threshold's, and one more
        (queues.GetProperty("newBatchThreshold").GetInt32() + 1).ShouldBeGreaterThanOrEqualTo(Math.Max(caps.Standard, caps.Concurrent));
    }

    [Fact]
    public void No_prompt_is_held_that_would_have_to_be_put_back_while_calls_take_a_minute()
    {
        var host = Repository.Json("host.json");
        var queues = host.GetProperty("extensions").GetProperty("queues");
        var held = queues.GetProperty("batchSize").GetInt32() + queues.GetProperty("newBatchThreshold").GetInt32();
        var defaults = new SparrowOptions();
        var run = new Invocation(TimeProvider.System.GetUtcNow(), TimeSpan.Parse(host.GetProperty("functionTimeout").GetString()!, CultureInfo.InvariantCulture), TimeProvider.System);

        // The last in hand waits for as many rounds of calls as there are caps in what is held
        var rounds = (held - 1) / defaults.MaxConcurrency.Standard;
        (rounds * TimeSpan.FromMinutes(1)).ShouldBeLessThan(run.TimeBefore(defaults.RequestTimeout));
    }

    private static IEnumerable<(string Name, string Value)> Leaves(string path, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Leaves(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value))
        : [(path, element.ToString())];
}
