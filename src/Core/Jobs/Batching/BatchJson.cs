using System.Text.Json.Serialization;

namespace SparrowFunctions.Jobs.Batching;

/// <summary>How a batch's state is kept.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(BatchState))]
internal sealed partial class BatchJson : JsonSerializerContext;
