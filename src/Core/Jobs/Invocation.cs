namespace SparrowFunctions.Jobs;

/// <summary>One run of a function: the platform ends the whole process when it lasts longer than <c>functionTimeout</c>.</summary>
/// <param name="startedAt">When it began.</param>
/// <param name="limit">How long it may last.</param>
/// <param name="time">The clock.</param>
public sealed class Invocation(DateTimeOffset startedAt, TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Finishing = TimeSpan.FromMinutes(2);

    /// <summary>Whether this run can still make a call that takes as long as calls may, and finish what follows it.</summary>
    /// <param name="call">The longest a call may take.</param>
    public bool HasTimeFor(TimeSpan call) => TimeBefore(call) > TimeSpan.Zero;

    /// <summary>How long this run may still prepare a call that takes as long as calls may.</summary>
    /// <param name="call">The longest a call may take.</param>
    public TimeSpan TimeBefore(TimeSpan call) => startedAt + limit - Finishing - call - time.GetUtcNow();

    /// <summary>How long this run may spend on what it could end without, and still write down how it ended.</summary>
    public TimeSpan Spare => startedAt + limit - (2 * Reserve) - time.GetUtcNow();

    /// <summary>Whether something that must not be lost may still be tried again.</summary>
    public bool MayPersist => time.GetUtcNow() < startedAt + limit - Reserve;

    /// <summary>How long a try at storing may last: what storage never answers must not take the process, and the calls of others, with it.</summary>
    public TimeSpan LongestTry
    {
        get
        {
            var left = startedAt + limit - (Reserve / 3) - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
