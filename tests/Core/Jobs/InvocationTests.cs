using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.Jobs;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Tests.Core.Jobs;

public sealed class InvocationTests
{
    private static readonly TimeSpan Call = new(0, 8, 30);

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0, true)]
    [InlineData(9.4, true)]
    [InlineData(9.5, false)]
    [InlineData(30, false)]
    public void A_call_is_begun_only_if_it_can_end_and_be_finished_in_time(double minutesIn, bool hasTime)
    {
        var invocation = Begin();
        _time.Advance(TimeSpan.FromMinutes(minutesIn));

        invocation.HasTimeFor(Call).ShouldBe(hasTime);
    }

    [Theory]
    [InlineData(19.4, true)]
    [InlineData(19.5, false)]
    public void An_answer_is_held_on_to_until_half_a_minute_before_the_end(double minutesIn, bool may)
    {
        var invocation = Begin();
        _time.Advance(TimeSpan.FromMinutes(minutesIn));

        invocation.MayPersist.ShouldBe(may);
    }

    [Theory]
    [InlineData(0, 9.5 * 60)]
    [InlineData(9, 30)]
    [InlineData(12, -150)]
    public void What_comes_before_a_call_leaves_it_its_whole_time(double minutesIn, double secondsLeft)
    {
        var invocation = Begin();
        _time.Advance(TimeSpan.FromMinutes(minutesIn));

        invocation.TimeBefore(Call).ShouldBe(TimeSpan.FromSeconds(secondsLeft));
    }

    [Theory]
    [InlineData(19.5, 20)]
    [InlineData(20, 0)]
    public void A_try_at_storing_ends_before_the_platform_ends_the_process(double minutesIn, double secondsLeft)
    {
        var invocation = Begin();
        _time.Advance(TimeSpan.FromMinutes(minutesIn));

        invocation.LongestTry.ShouldBe(TimeSpan.FromSeconds(secondsLeft));
    }

    [Theory]
    [InlineData("00:10:00", "00:08:30", false)]
    [InlineData("00:10:31", "00:08:30", true)]
    [InlineData("00:20:00", "00:18:00", false)]
    public void A_call_that_does_not_fit_into_a_run_is_refused_at_start(string limit, string call, bool fits)
    {
        var timeout = new FunctionTimeout(TimeSpan.Parse(limit, CultureInfo.InvariantCulture));

        var result = new CallTimeRules(timeout, new Invocations(timeout, _time)).Validate(null, new SparrowOptions { RequestTimeout = TimeSpan.Parse(call, CultureInfo.InvariantCulture) });

        result.Succeeded.ShouldBe(fits);
        if (!fits)
            result.FailureMessage.ShouldNotBeNull().ShouldContain("raise functionTimeout in host.json");
    }

    [Fact]
    public void A_limit_that_can_not_be_read_is_refused_at_start_in_its_own_words()
    {
        var timeout = new FunctionTimeout(FunctionTimeout.Unstated, "functionTimeout is wrong.");

        new CallTimeRules(timeout, new Invocations(timeout, _time)).Validate(null, new SparrowOptions()).FailureMessage.ShouldBe("functionTimeout is wrong.");
    }

    private Invocation Begin() => new Invocations(new FunctionTimeout(TimeSpan.FromMinutes(20)), _time).Begin();
}
