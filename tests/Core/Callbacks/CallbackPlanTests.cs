using SparrowFunctions.Callbacks;

namespace SparrowFunctions.Tests.Core.Callbacks;

public sealed class CallbackPlanTests
{
    [Fact]
    public void The_waits_grow_from_five_seconds_to_ten_hours_over_nearly_three_days()
    {
        var waits = Enumerable.Range(1, CallbackPlan.MaxTries - 1).Select(tries => CallbackPlan.Wait(tries, null, 0)!.Value).ToArray();

        waits.ShouldBe(
        [
            TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
            .. Enumerable.Repeat(TimeSpan.FromHours(10), 6),
        ]);
        waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait).ShouldBe(new TimeSpan(2, 19, 35, 5));
    }

    [Fact]
    public void After_the_last_try_there_is_none() => CallbackPlan.Wait(CallbackPlan.MaxTries, TimeSpan.FromHours(1), 0.5).ShouldBeNull();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(0.5, 5.25)]
    [InlineData(0.999, 5.4995)]
    public void Up_to_a_tenth_is_added(double fraction, double seconds) => CallbackPlan.Wait(1, null, fraction).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData(60, 60)]
    [InlineData(2, 5)]
    [InlineData(-10, 5)]
    public void A_longer_wait_that_was_asked_for_is_honoured(int asked, int waits) =>
        CallbackPlan.Wait(1, TimeSpan.FromSeconds(asked), 0).ShouldBe(TimeSpan.FromSeconds(waits));

    [Fact]
    public void No_wait_is_longer_than_the_queue_can_hold() => CallbackPlan.Wait(1, TimeSpan.FromDays(365), 0).ShouldBe(CallbackPlan.LongestWait);
}
