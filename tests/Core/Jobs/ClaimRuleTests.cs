using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class ClaimRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(JobState.Succeeded)]
    [InlineData(JobState.Failed)]
    [InlineData(JobState.Cancelled)]
    [InlineData(JobState.Unknown)]
    public void An_ended_job_only_has_its_tail_repeated(JobState state) => Decide(Job(state)).ShouldBe(ClaimDecision.RepeatTail);

    [Fact]
    public void A_queued_job_is_taken() => Decide(Job(JobState.Queued)).ShouldBe(ClaimDecision.Claim);

    [Fact]
    public void A_waiting_job_is_taken_when_it_is_due_and_put_off_before()
    {
        Decide(Job(JobState.Waiting) with { NextAttemptAt = Now }).ShouldBe(ClaimDecision.Claim);
        Decide(Job(JobState.Waiting) with { NextAttemptAt = Now.AddTicks(1) }).ShouldBe(ClaimDecision.PutOff);
    }

    [Fact]
    public void A_running_job_of_another_delivery_is_left_alone() =>
        Decide(Job(JobState.Running) with { Holder = "other", Sending = true }).ShouldBe(ClaimDecision.LeaveToHolder);

    [Fact]
    public void A_running_job_of_this_delivery_lost_its_worker_and_is_recovered_if_it_may_have_sent()
    {
        Decide(Job(JobState.Running) with { Holder = "me", Sending = true }).ShouldBe(ClaimDecision.Recover);
        Decide(Job(JobState.Running) with { Holder = "me", Sending = false }).ShouldBe(ClaimDecision.Claim);
    }

    private static ClaimDecision Decide(Job job) => ClaimRule.Decide(job, "me", Now);

    private static Job Job(JobState state) => new()
    {
        Id = JobId.Parse("job"),
        State = state,
        Accepted = new AcceptedPrompt(new Prompt { Text = "x" }, null, []),
        Content = "c",
        Source = "queue",
        CreatedAt = Now,
    };
}
