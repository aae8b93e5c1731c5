namespace SparrowFunctions.Jobs.Leases;

/// <summary>A message that goes round on queue <c>work</c> as long as a worker has a row: whoever gets it looks whether the worker lives.</summary>
/// <param name="Worker">The worker's id.</param>
/// <param name="Seen">The row's version at the last look; null before the first.</param>
/// <param name="SeenAt">When that look was.</param>
/// <param name="LookAt">When the next look was to be; one that comes much later proves nothing, since storage may have been away in between.</param>
public sealed record Watch(string Worker, string? Seen, DateTimeOffset SeenAt, DateTimeOffset LookAt);
