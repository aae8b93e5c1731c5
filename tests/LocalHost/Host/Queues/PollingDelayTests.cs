using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Host.Queues;

namespace SparrowFunctions.Tests.LocalHost.Host.Queues;

public sealed class PollingDelayTests
{
    [Fact]
    public void The_wait_doubles_up_to_the_longest_and_begins_again_after_a_message()
    {
        var delay = new PollingDelay(TimeSpan.FromSeconds(1), new FixedRandom(0.5));

        Enumerable.Range(0, 6).Select(_ => delay.Next().TotalMilliseconds).ShouldBe([100, 200, 400, 800, 1000, 1000]);
        delay.Reset();
        delay.Next().TotalMilliseconds.ShouldBe(100);
    }

    [Theory]
    [InlineData(0, 80)]
    [InlineData(1, 120)]
    public void Several_hosts_do_not_look_in_step(double fraction, double milliseconds) =>
        new PollingDelay(TimeSpan.FromSeconds(1), new FixedRandom(fraction)).Next().TotalMilliseconds.ShouldBe(milliseconds, 0.001);

    private sealed class FixedRandom(double fraction) : IRandomSource
    {
        public Guid NextId() => Guid.Empty;

        public double NextFraction() => fraction;
    }
}
