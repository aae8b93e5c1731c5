using System.Text.Json.Serialization;
using SparrowEmulator.Answers;
using SparrowEmulator.Calls;
using SparrowEmulator.Faults;

namespace SparrowEmulator.Admin;

/// <summary>
/// The admin side's JSON: camelCase, and an unknown field is an error. What it reads has <c>set</c> properties, since generated code
/// forgets the defaults of <c>init</c> ones.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata, // the fast path writes bytes that are null as ""
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(EmulatorSettings))]
[JsonSerializable(typeof(IReadOnlyList<CallRecord>))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(FaultRule))]
[JsonSerializable(typeof(IReadOnlyList<FaultRule>))]
[JsonSerializable(typeof(AnswerRule))]
[JsonSerializable(typeof(IReadOnlyList<AnswerRule>))]
internal sealed partial class AdminJson : JsonSerializerContext;
