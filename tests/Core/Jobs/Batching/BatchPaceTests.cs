using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Results.Batching;

namespace SparrowFunctions.Tests.Core.Jobs.Batching;

public sealed class BatchPaceTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(32, 48)]
    [InlineData(64, 64)]
    [InlineData(500, 64)]
    public void The_window_feeds_the_calls_of_an_instance_and_never_fills_more_than_it_takes_from_the_queue(int calls, int window) =>
        BatchPace.Window(calls).ShouldBe(window);

    [Theory]
    [InlineData(1, 0, false, 2)]
    [InlineData(12, 0, false, 15)]
    [InlineData(4, 8, false, 4)]
    [InlineData(4, 20, false, 2)]
    [InlineData(1, 48, false, 1)]
    [InlineData(15, 0, true, 4)]
    public void Steps_come_closer_while_much_ends_and_farther_apart_while_little_does(double pause, int ended, bool isRead, double next) =>
        BatchPace.Next(pause, ended, 48, isRead).ShouldBe(next);

    [Theory]
    [InlineData(0, 16, 10)]
    [InlineData(2_499, 16, 10)]
    [InlineData(2_500, 32, 20)]
    [InlineData(49_999, 8_192, 5_120)]
    public void The_more_appends_an_output_has_had_the_more_is_gathered_for_the_next(int appends, int rows, int seconds) =>
        (BatchPace.Appending(appends).Rows, BatchPace.Appending(appends).Wait).ShouldBe((rows, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void No_gigabyte_of_rows_that_ask_something_fills_an_output()
    {
        const int ShortestRow = 15; // {"prompt":"x"} and its line's end
        var appends = Enumerable.Range(0, BatchPace.MostAppends).Select(BatchPace.Appending).ToList();

        appends.Sum(append => (long)append.Rows).ShouldBeGreaterThan(2L * 1024 * 1024 * 1024 / ShortestRow);
        appends.Sum(append => (long)append.Bytes).ShouldBeGreaterThan(300L * 1024 * 1024 * 1024);
        TimeSpan.FromSeconds(appends.Sum(append => append.Wait.TotalSeconds)).ShouldBeGreaterThan(TimeSpan.FromDays(365));
        appends.ShouldAllBe(append => append.Rows < BatchPace.MostRowsAhead, "so many are never ahead");
        appends.ShouldAllBe(append => append.Bytes + BatchOutputRow.MaxBytes < 100 * 1024 * 1024, "storage takes no more at once");
    }
}
