using System.Collections.Concurrent;
using SparrowFunctions.Intake;

namespace SparrowFunctions.Jobs;

/// <summary>Tells whoever waits in this process that a job has ended here. It spares looks at storage; that it tells is not to be relied on.</summary>
public sealed class EndedJobs
{
    private readonly ConcurrentDictionary<JobId, TaskCompletionSource> _awaited = new();

    /// <summary>Completes when a job ends in this process. Every call needs its <see cref="Forget"/>.</summary>
    public Task Of(JobId id) => _awaited.GetOrAdd(id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>A job has ended.</summary>
    public void Tell(JobId id)
    {
        if (_awaited.TryRemove(id, out var awaited))
            awaited.TrySetResult();
    }

    /// <summary>Somebody no longer waits for a job. Others who do may have to find out by themselves.</summary>
    public void Forget(JobId id) => _awaited.TryRemove(id, out _);
}
