using SparrowFunctions.LocalHost.Host.Timers;

namespace SparrowFunctions.Tests.LocalHost.Host.Timers;

public sealed class TimerScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("*/10 * * * * *", "2026-11-25T12:00:10Z")]
    [InlineData("0 */5 * * * *", "2026-11-25T12:05:00Z")]
    [InlineData("0 30 9 * * MON-FRI", "2026-11-26T09:30:00Z")]
    [InlineData("0 0 0 1 1 *", "2027-01-01T00:00:00Z")]
    [InlineData("*/5 * * * *", "2026-11-25T12:05:00Z")]
    public void Six_fields_begin_with_the_seconds_and_five_with_the_minutes(string text, string next)
    {
        TimerSchedule.TryParse(text, out var schedule).ShouldBeTrue();

        schedule!.NextAfter(Noon).ShouldBe(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("every day")]
    [InlineData("00:05:00")]
    [InlineData("0 61 * * * *")]
    [InlineData("0 0 0 0 * * *")]
    [InlineData("")]
    public void Other_texts_are_refused(string text) => TimerSchedule.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("0 * * * * *", false)]
    public void Schedules_of_less_than_a_minute_are_told_apart(string text, bool under)
    {
        TimerSchedule.TryParse(text, out var schedule).ShouldBeTrue();

        schedule!.IsUnderAMinute(Noon).ShouldBe(under);
    }
}
