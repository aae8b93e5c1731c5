using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Results;

public sealed class ResultStoreTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_failure_never_replaces_the_answer_of_the_same_call()
    {
        (await WriteAsync(JobState.Succeeded, "claim", isMine: true)).ShouldBe(ResultConflict.None);

        (await WriteAsync(JobState.Failed, "claim", isMine: true)).ShouldBe(ResultConflict.Answered);

        (await _pipeline.ResultAsync("job/result.json")).GetProperty("answer").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task An_answer_replaces_the_failure_of_the_same_call()
    {
        await WriteAsync(JobState.Unknown, "claim", isMine: true);

        (await WriteAsync(JobState.Succeeded, "claim", isMine: true)).ShouldBe(ResultConflict.None);

        (await _pipeline.ResultAsync("job/result.json")).GetProperty("answer").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData(true, ResultConflict.None, "failed")]
    [InlineData(false, ResultConflict.TakenOver, "succeeded")]
    public async Task What_another_claim_has_written_is_replaced_only_by_whoever_holds_the_job(bool isMine, ResultConflict conflict, string stays)
    {
        await WriteAsync(JobState.Succeeded, "an earlier claim", isMine: true);

        (await WriteAsync(JobState.Failed, "claim", isMine)).ShouldBe(conflict);

        (await _pipeline.ResultAsync("job/result.json")).GetProperty("state").GetString().ShouldBe(stays);
    }

    [Theory]
    [InlineData(true, ResultConflict.None, "failed")]
    [InlineData(false, ResultConflict.TakenOver, "unknown")]
    public async Task A_late_failure_does_not_replace_the_end_that_the_ledger_has(bool isMine, ResultConflict conflict, string stays)
    {
        await WriteAsync(JobState.Unknown, "claim", isMine: true);

        (await WriteAsync(JobState.Failed, "claim", isMine)).ShouldBe(conflict);

        (await _pipeline.ResultAsync("job/result.json")).GetProperty("state").GetString().ShouldBe(stays);
    }

    private Task<ResultConflict> WriteAsync(JobState state, string claim, bool isMine)
    {
        var accepted = new AcceptedPrompt(new Prompt { Id = "job", Text = "x" }, null, []);
        var job = Job.Offered(JobId.Parse("job"), accepted, "queue", _pipeline.Time.GetUtcNow()) with { State = state, Claim = claim };
        var document = JobDocuments.Of(job, "gpt-4") with { Answer = state == JobState.Succeeded ? "succeeded" : null };
        return _pipeline.Get<ResultStore>().WriteAsync(job, document, () => Task.FromResult(isMine), Cancel);
    }
}
