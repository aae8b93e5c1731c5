using System.Text.Encodings.Web;
using System.Text.Json;
using SparrowFunctions.Sparrow.Answers;
using SparrowFunctions.Sparrow.Responses;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Sparrow.Answers;

/// <summary>One response a file; what is picked out of it lies beside it.</summary>
public sealed class AnswerGoldenTests
{
    private const string Folder = "Core/Sparrow/Golden/answers";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Cases =>
        [.. Directory.GetFiles(Golden.PathOf(Folder), "*.response.json").Select(static path => Path.GetFileName(path)[..^".response.json".Length]).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_answer_is_picked_as_agreed(string name)
    {
        var response = ChatResponseReader.Read(Golden.Read($"{Folder}/{name}.response.json")).ShouldNotBeNull();

        Golden.Match($"{Folder}/{name}.picked.json", JsonSerializer.Serialize(AnswerPicker.Pick(response), Options));
    }

    [Fact]
    public void Every_kind_of_turn_has_its_golden_file() => Cases.Count.ShouldBeGreaterThanOrEqualTo(20);
}
