using Microsoft.Extensions.Time.Testing;
using Polly.Retry;
using Polly.Testing;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Calls;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class CallRetryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<DateTimeOffset> _requests = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SparrowError NotSent => new(FailureKind.Transient, SparrowFault.NotSent, null, "refused");

    private static SparrowError Status(FailureKind kind, int status, double? seconds = null) =>
        new(kind, SparrowFault.Answered, status, "x", seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);

    [Fact]
    public void The_pipeline_is_one_retry_of_our_own()
    {
        var descriptor = new CallRetry(2, TimeSpan.FromSeconds(5), _time).Pipeline.GetPipelineDescriptor();

        var options = descriptor.Strategies.ShouldHaveSingleItem().Options.ShouldBeOfType<RetryStrategyOptions<SparrowError?>>();
        options.MaxRetryAttempts.ShouldBe(2);
    }

    [Fact]
    public void No_retries_is_an_empty_pipeline() =>
        new CallRetry(0, TimeSpan.FromSeconds(5), _time).Pipeline.GetPipelineDescriptor().Strategies.ShouldBeEmpty();

    public static TheoryData<SparrowError, int, double> Delays => new()
    {
        { NotSent, 0, 0.5 },
        { NotSent, 1, 1 },
        { Status(FailureKind.Transient, 503), 0, 0.5 },
        { Status(FailureKind.Transient, 503, 3), 0, 3 },
        { Status(FailureKind.SlowDown, 429, 2), 0, 2 },
        { Status(FailureKind.SlowDown, 429), 0, -1 },
        { Status(FailureKind.Transient, 500), 0, -1 },
        { Status(FailureKind.Transient, 502), 0, -1 },
        { Status(FailureKind.Transient, 504), 0, -1 },
        { Status(FailureKind.Transient, 408), 0, -1 },
        { Status(FailureKind.Gate, 429, 1), 0, -1 },
        { Status(FailureKind.Gate, 401), 0, -1 },
        { Status(FailureKind.Rejected, 400), 0, -1 },
        { Status(FailureKind.WrongModel, 415), 0, -1 },
        { Status(FailureKind.Session, 404), 0, -1 },
        { Status(FailureKind.Ambiguous, 200), 0, -1 },
        { new(FailureKind.Ambiguous, SparrowFault.Timeout, null, "x"), 0, -1 },
        { new(FailureKind.Ambiguous, SparrowFault.ResetAfterSending, null, "x"), 0, -1 },
        { new(FailureKind.Transient, SparrowFault.ResetAfterSending, null, "x"), 0, -1 },
        { new(FailureKind.Rejected, SparrowFault.NotSent, null, "x"), 0, -1 },
    };

    [Theory]
    [MemberData(nameof(Delays))]
    public void Only_a_request_that_did_nothing_is_repeated(SparrowError error, int repeats, double seconds) =>
        (CallRetry.Delay(error, repeats)?.TotalSeconds ?? -1).ShouldBe(seconds);

    [Fact]
    public async Task A_call_that_works_the_third_time_tells_of_the_two_before()
    {
        var call = Run(2, NotSent, Status(FailureKind.Transient, 503), null);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await Until(2);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        _requests.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var outcome = await call;

        outcome.Succeeded.ShouldBeTrue();
        outcome.Tries.ShouldBe(3);
        outcome.EarlierErrors.ShouldBe([NotSent, Status(FailureKind.Transient, 503)]);
    }

    [Fact]
    public async Task A_call_gives_up_after_its_retries_and_says_how_often_it_tried()
    {
        var call = Run(1, NotSent, NotSent, null);
        _time.Advance(TimeSpan.FromSeconds(1));

        var outcome = await call;

        outcome.Error.ShouldBe(NotSent with { Tries = 2 });
        outcome.EarlierErrors.ShouldBe([NotSent]);
    }

    [Fact]
    public async Task A_wait_beyond_the_window_is_left_to_the_durable_retry() =>
        (await Run(2, Status(FailureKind.SlowDown, 429, 5.1), null)).Error.ShouldNotBeNull().Tries.ShouldBe(1);

    [Fact]
    public async Task Waits_count_together_against_the_window()
    {
        var call = Run(2, Status(FailureKind.SlowDown, 429, 3), Status(FailureKind.SlowDown, 429, 3), null);
        _time.Advance(TimeSpan.FromSeconds(3));

        (await call).Error.ShouldNotBeNull().Tries.ShouldBe(2);
    }

    [Fact]
    public async Task A_request_that_failed_late_is_not_repeated()
    {
        var call = new CallRetry(2, TimeSpan.FromSeconds(5), _time).RunAsync<string>(
            _ =>
            {
                _requests.Add(_time.GetUtcNow());
                _time.Advance(TimeSpan.FromSeconds(60));
                return Task.FromResult<SparrowOutcome<string>>(Status(FailureKind.Transient, 503));
            },
            canRepeat: null,
            Token);

        (await call).Tries.ShouldBe(1);
    }

    [Fact]
    public async Task What_cannot_be_repeated_is_not()
    {
        var outcome = await new CallRetry(2, TimeSpan.FromSeconds(5), _time).RunAsync(
            _ => Task.FromResult<SparrowOutcome<string>>(NotSent), canRepeat: () => false, Token);

        outcome.Tries.ShouldBe(1);
    }

    private Task<SparrowOutcome<string>> Run(int retries, params SparrowError?[] answers) =>
        new CallRetry(retries, TimeSpan.FromSeconds(5), _time).RunAsync<string>(
            _ =>
            {
                _requests.Add(_time.GetUtcNow());
                return Task.FromResult<SparrowOutcome<string>>(answers[_requests.Count - 1] is { } error ? error : "done");
            },
            canRepeat: null,
            Token);

    private async Task Until(int requests)
    {
        while (_requests.Count < requests) await Task.Yield();
    }
}
