using System.Text.Json.Serialization;

namespace SparrowFunctions.Callbacks;

/// <summary>A message on queue <c>callbacks</c>: one event, to be told at one address. Its body lies in <c>payloads</c>.</summary>
/// <param name="Id">The event's <c>webhook-id</c>, the same for every try.</param>
/// <param name="JobId">The job that ended.</param>
/// <param name="Url">Where to tell it.</param>
/// <param name="Tries">How many tries failed before.</param>
/// <param name="Round">How often it was sent again by hand after all tries had failed.</param>
public sealed record CallbackMessage(
    [property: JsonRequired] string Id, [property: JsonRequired] string JobId, [property: JsonRequired] string Url, int Tries = 0, int Round = 0);
