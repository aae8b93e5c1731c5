using SparrowFunctions.Jobs.Batching;

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
}
