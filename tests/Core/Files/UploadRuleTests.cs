using SparrowFunctions.Files.Uploads;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Files;

public sealed class UploadRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static readonly Upload One = Of(0, null, "u1");
    private static readonly Upload Two = Of(1, "u1", "u1");

    [Fact]
    public void All_are_used_again_within_the_hold() => Usable([One, Two]).ShouldBe([One, Two]);

    [Fact]
    public void Those_before_the_first_that_is_missing_are_used_and_the_rest_follows_into_their_conversation()
    {
        Usable([One, null]).ShouldBe([One]);
        Usable([null, Two]).ShouldBeEmpty();
    }

    [Fact]
    public void Every_upload_prolongs_the_conversation_of_those_before_it() => Usable([One with { Until = Now.AddMinutes(-1) }, Two]).Count.ShouldBe(2);

    [Fact]
    public void When_the_last_ones_hold_has_ended_all_are_sent_again() => Usable([One, Two with { Until = Now }]).ShouldBeEmpty();

    [Fact]
    public void What_another_worker_uploaded_side_by_side_is_not_mixed_in() => Usable([One with { ConversationId = "v1" }, Two]).ShouldBe([One with { ConversationId = "v1" }]);

    [Fact]
    public void An_upload_for_another_conversation_is_not_used()
    {
        Usable([One, Two], conversation: "their conversation").ShouldBeEmpty();
        Usable([One with { Into = "their conversation", ConversationId = "their conversation" }], conversation: "their conversation").Count.ShouldBe(1);
        Usable([One with { Into = "their conversation" }]).ShouldBeEmpty();
    }

    [Fact]
    public void Another_lane_another_version_and_another_blob_are_other_uploads()
    {
        Usable([One with { Mode = SparrowMode.Concurrent }]).ShouldBeEmpty();
        Usable([One with { BlobETag = "other" }]).ShouldBeEmpty();
        Usable([One with { Blob = "payloads/other" }]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FailureKind.Transient, false, true)]
    [InlineData(FailureKind.SlowDown, false, true)]
    [InlineData(FailureKind.Gate, false, true)]
    [InlineData(FailureKind.Outage, false, true)]
    [InlineData(FailureKind.Session, false, false)]
    [InlineData(FailureKind.WrongModel, true, false)]
    [InlineData(FailureKind.Ambiguous, true, false)]
    [InlineData(FailureKind.Empty, true, false)]
    [InlineData(FailureKind.Rejected, false, false)]
    public void A_failure_that_casts_doubt_on_the_conversation_takes_its_uploads_with_it(FailureKind kind, bool billed, bool isUsed)
    {
        var attempts = new[] { new Attempt(1, Now, Now, 500, kind, "x", billed), new Attempt(2, Now) };

        (Usable([One, Two], attempts: attempts).Count == 2).ShouldBe(isUsed);
    }

    [Fact]
    public void What_was_uploaded_after_such_a_failure_is_used()
    {
        var attempts = new[] { new Attempt(1, Now, Now, 404, FailureKind.Session, "x"), new Attempt(2, Now, Now, 503, FailureKind.Transient, "x"), new Attempt(3, Now) };

        Usable([One with { Attempt = 2 }, Two with { Attempt = 2 }], attempts: attempts).Count.ShouldBe(2);
    }

    private static IReadOnlyList<Upload> Usable(IReadOnlyList<Upload?> known, string? conversation = null, IReadOnlyList<Attempt>? attempts = null)
    {
        var job = new Job
        {
            Id = JobId.Parse("job"),
            State = JobState.Running,
            Accepted = new AcceptedPrompt(new Prompt { Text = "x" }, null, [File(0), File(1)]),
            Content = "c",
            Source = "queue",
            CreatedAt = Now,
            Attempts = attempts ?? [new Attempt(1, Now)],
        };
        return UploadRule.Usable(job, known, SparrowMode.Standard, conversation, Now);
    }

    private static BlobVersion File(int n) => new(new BlobPath("payloads", $"{n}.txt"), $"etag-{n}", 10, null);

    private static Upload Of(int n, string? into, string? conversation) =>
        new($"payloads/{n}.txt", $"etag-{n}", SparrowMode.Standard, into, conversation, null, null, Attempt: 1, Now.AddMinutes(1));
}
