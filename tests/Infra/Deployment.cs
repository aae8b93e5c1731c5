using System.Text.Json;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Infra;

/// <summary>What a deployment makes, as the snapshot tells it: compiled and evaluated, and held true by <see cref="BicepTests"/>.</summary>
internal static class Deployment
{
    private static readonly JsonElement Root = JsonDocument.Parse(Golden.Read("Infra/Golden/production.snapshot.json")).RootElement;

    public static IEnumerable<JsonElement> Of(string type) =>
        Root.GetProperty("predictedResources").EnumerateArray().Where(resource => resource.GetProperty("type").GetString() == type);

    /// <summary>The last parts of the names of all resources of a type.</summary>
    public static string[] Names(string type) => [.. Of(type).Select(resource => resource.GetProperty("name").GetString()!.Split('/')[^1])];

    public static JsonElement Properties(string type) => Of(type).ShouldHaveSingleItem(type).GetProperty("properties");

    /// <summary>The app's settings; a value in brackets is an expression that Azure evaluates.</summary>
    public static IReadOnlyDictionary<string, string> AppSettings { get; } =
        Properties("Microsoft.Web/sites/config").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);
}
