using SparrowFunctions.Intake;

namespace SparrowFunctions.Jobs.Leases;

/// <summary>A job held by a worker.</summary>
/// <param name="Job">The job.</param>
/// <param name="Worker">The worker's id, which the job's row names while it runs.</param>
public sealed record Hold(JobId Job, string Worker);
