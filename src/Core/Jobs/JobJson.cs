using System.Text.Json.Serialization;
using SparrowFunctions.Intake.Dropped;

namespace SparrowFunctions.Jobs;

/// <summary>How attempts lie in the ledger, and what a work message looks like.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IReadOnlyList<Attempt>))]
[JsonSerializable(typeof(WorkMessage))]
[JsonSerializable(typeof(DropSource))]
[JsonSerializable(typeof(IReadOnlyCollection<string>))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class JobJson : JsonSerializerContext;
