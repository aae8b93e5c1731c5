using System.Text.Json.Serialization;

namespace SparrowFunctions.Jobs;

/// <summary>A message on queue <c>work</c>: a job that the ledger knows, and why it is looked at.</summary>
/// <param name="JobId">The job's id.</param>
/// <param name="Reason">retry or notBefore; for people, nothing depends on it.</param>
public sealed record WorkMessage(
    [property: JsonRequired] string JobId,
    [property: JsonRequired] string Reason);
