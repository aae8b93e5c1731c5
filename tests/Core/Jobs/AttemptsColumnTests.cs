using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class AttemptsColumnTests
{
    [Fact]
    public void A_usual_history_is_kept_whole()
    {
        var attempts = History(12, "余额不足,请充值");

        AttemptsColumn.Read(AttemptsColumn.Write(attempts)).ShouldBe(attempts);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(100)]
    [InlineData(400)]
    public void The_longest_history_fits_and_its_last_attempt_is_kept_whole(int count)
    {
        var attempts = History(count, new string('长', Attempt.MaxReasonLength));

        var text = AttemptsColumn.Write(attempts);

        text.Length.ShouldBeLessThanOrEqualTo(AttemptsColumn.MaxLength);
        AttemptsColumn.Read(text)[^1].ShouldBe(attempts[^1]);
    }

    private static Attempt[] History(int count, string reason) =>
        [.. Enumerable.Range(1, count).Select(n => new Attempt(n, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(n), 503, FailureKind.Transient, reason, PossiblyBilled: true))];
}
