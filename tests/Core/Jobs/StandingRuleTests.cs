using Azure;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Leases;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class StandingRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(50);

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Cancelled)]
    [InlineData(JobState.Unknown)]
    public void An_ended_job_has_ended(JobState state) => Of(Job(state)).ShouldBe(Standing.Ended);

    [Fact]
    public void A_queued_job_is_ready() => Of(Job(JobState.Queued)).ShouldBe(Standing.Ready);

    [Fact]
    public void A_waiting_job_is_ready_when_it_is_due_and_early_before()
    {
        Of(Job(JobState.Waiting)).ShouldBe(Standing.Ready);
        Of(Job(JobState.Waiting) with { NextAttemptAt = Now }).ShouldBe(Standing.Ready);
        Of(Job(JobState.Waiting) with { NextAttemptAt = Now.AddTicks(1) }).ShouldBe(Standing.Early);
    }

    [Fact]
    public void A_running_job_is_held_while_its_worker_lives_and_has_it()
    {
        Of(Job(JobState.Running), Worker(leaseLeft: 10, "job")).ShouldBe(Standing.Held);
        Of(Job(JobState.Running), Worker(leaseLeft: 10, "another")).ShouldBe(Standing.Orphaned);
        Of(Job(JobState.Running), Worker(leaseLeft: 10, "job") with { Dead = true }).ShouldBe(Standing.Orphaned);
        Of(Job(JobState.Running), null).ShouldBe(Standing.Orphaned);
    }

    [Fact]
    public void A_lapsed_worker_is_left_to_its_watch_for_two_more_leases()
    {
        Of(Job(JobState.Running), Worker(leaseLeft: -99, "job")).ShouldBe(Standing.Held);
        Of(Job(JobState.Running), Worker(leaseLeft: -100, "job")).ShouldBe(Standing.Orphaned);
    }

    private static Standing Of(Job job, WorkerRow? worker = null) => StandingRule.Of(job, worker, Now, Lease);

    private static WorkerRow Worker(int leaseLeft, string held) => new("w", Now.AddSeconds(leaseLeft), [held], Dead: false, new ETag("1"));

    private static Job Job(JobState state) => new()
    {
        Id = JobId.Parse("job"),
        State = state,
        Accepted = new AcceptedPrompt(new Prompt { Text = "x" }, null, []),
        Content = "c",
        Source = "queue",
        CreatedAt = Now,
        Worker = "w",
    };
}
