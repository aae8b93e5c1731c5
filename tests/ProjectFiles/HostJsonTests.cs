using System.Text.Json;

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
        values["extensions.queues.newBatchThreshold"].ShouldBe("32");
        values["extensions.queues.maxPollingInterval"].ShouldBe("00:00:10");
        values["extensions.queues.messageEncoding"].ShouldBe("none");
        values["extensions.http.routePrefix"].ShouldBe("api");
    }

    private static IEnumerable<(string Name, string Value)> Leaves(string path, JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.EnumerateObject().SelectMany(property => Leaves(path.Length == 0 ? property.Name : $"{path}.{property.Name}", property.Value))
        : [(path, element.ToString())];
}
