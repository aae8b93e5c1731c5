using System.Text.Json;
using SparrowFunctions.LocalHost.Development;
using YamlDotNet.RepresentationModel;

namespace SparrowFunctions.Tests.ProjectFiles;

/// <summary>The files that tools read and no compiler sees.</summary>
internal static class Repository
{
    public static string Root { get; } = RepositoryRoot.Find(AppContext.BaseDirectory)!;

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Text(string relative) => File.ReadAllText(PathOf(relative));

    public static JsonElement Json(string relative)
    {
        using var document = JsonDocument.Parse(Text(relative));
        return document.RootElement.Clone();
    }

    public static YamlMappingNode Yaml(string relative)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text(relative)));
        return stream.Documents.ShouldHaveSingleItem(relative).RootNode.ShouldBeOfType<YamlMappingNode>(relative);
    }

    /// <summary>The node under one key after another; fails where one is missing.</summary>
    public static YamlNode At(this YamlNode node, params string[] keys) => keys.Aggregate(node, (current, key) =>
        current.Find(key) ?? throw new ShouldAssertException($"{key} is missing in {current}"));

    public static YamlNode? Find(this YamlNode node, string key) =>
        node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    public static string Scalar(this YamlNode node) => node.ShouldBeOfType<YamlScalarNode>().Value!;
}
