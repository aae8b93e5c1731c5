using System.Text.Json;
using SparrowFunctions.Tests.ProjectFiles;

namespace SparrowFunctions.Tests.Simulation;

/// <summary>
/// The safety lines that only the source can lose, in <c>safety-lines.json</c>. <c>.ci/safety-lines</c> takes them out one by one and sees who
/// notices, which takes long; here it is held that there still is something to take out.
/// </summary>
public sealed class SafetyLinesTests
{
    private static readonly IReadOnlyList<SafetyLine> Lines =
        JsonSerializer.Deserialize<IReadOnlyList<SafetyLine>>(Repository.Text("tests/Simulation/safety-lines.json"), JsonSerializerOptions.Web)!;

    public static TheoryData<string> Names => [.. Lines.Select(line => line.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_safety_line_stands_in_its_file_once(string name)
    {
        var line = Lines.Single(line => line.Name == name);
        line.Replacement.ShouldNotBe(line.Text);
        Repository.Text(line.File).Split(line.Text).Length.ShouldBe(2, $"{line.File} should have it exactly once: {line.Text}");
    }

    [Fact]
    public void A_safety_line_is_listed_once()
    {
        Lines.Select(line => line.Name).ShouldBeUnique();
        Lines.Select(line => (line.File, line.Text)).ShouldBeUnique();
    }

    [Fact]
    public void A_class_that_a_line_names_is_there()
    {
        var classes = typeof(SafetyLinesTests).Assembly.GetTypes().Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        Lines.SelectMany(line => line.Tests ?? []).ShouldAllBe(name => classes.Contains(name));
    }

    /// <summary>A line of the source that keeps a promise.</summary>
    /// <param name="Name">What it sees to, in words.</param>
    /// <param name="File">Where it stands.</param>
    /// <param name="Text">What is taken out.</param>
    /// <param name="Replacement">What stands in its place then; it builds.</param>
    /// <param name="Tests">Test classes that notice it where no seed can.</param>
    private sealed record SafetyLine(string Name, string File, string Text, string Replacement, IReadOnlyList<string>? Tests = null);
}
