using Microsoft.Extensions.Time.Testing;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.LocalHost.Development.Demo;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Development.Demo;

public sealed class DemoRunnerTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task All_samples_succeed_against_an_app_that_keeps_the_contract()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());

        var (succeeded, text) = await RunAsync(app, DemoSamples.All);

        succeeded.ShouldBeTrue(text);
        text.ShouldContain($"{DemoSamples.All.Count} of {DemoSamples.All.Count} samples succeeded");
        text.ShouldContain("> Answer to: Why is the sky blue?");
        text.ShouldContain("/files/chart.png");
        text.ShouldContain("attempt 1: status 500, transient");
        text.ShouldContain("attempt 2, 2.0 s later: status 200");
        text.IndexOf("> Answer to: Name three birds", StringComparison.Ordinal)
            .ShouldBeInRange(0, text.IndexOf("> Answer to: And where do they go", StringComparison.Ordinal));
        text.ShouldContain("job.succeeded came as msg_");
        app.Prompts.Count(prompt => prompt.Contains("payloads/demo/sales.csv")).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_demo_on_the_same_data_succeeds_too()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());

        (await RunAsync(app, DemoSamples.All)).Succeeded.ShouldBeTrue();
        (await RunAsync(app, DemoSamples.All)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failed_job_fails_the_demo_with_its_reason_and_the_others_still_run()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.Refuse = prompt => prompt == "Why is the sky blue?";

        var (succeeded, text) = await RunAsync(app, DemoSamples.All);

        succeeded.ShouldBeFalse();
        text.ShouldContain("ended as failed: rejected: not today");
        text.ShouldContain("  no  queue: a plain text");
        text.ShouldContain($"{DemoSamples.All.Count - 1} of {DemoSamples.All.Count} samples succeeded");
    }

    [Fact]
    public async Task A_dropped_file_without_a_page_beside_it_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.ForgetsPages = true;

        var (succeeded, text) = await RunAsync(app, [new DroppedFileSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("sales.csv.md is missing.");
    }

    [Fact]
    public async Task A_file_of_the_wrong_size_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.CutFiles = true;

        var (succeeded, text) = await RunAsync(app, [new GeneratedFileSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("chart.png");
    }

    [Fact]
    public async Task Silence_ends_at_the_deadline_and_says_where_to_look()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.Silent = true;

        var (succeeded, text) = await RunAsync(app, [new PlainTextSample()], TimeSpan.FromSeconds(1));

        succeeded.ShouldBeFalse();
        text.ShouldContain("Nothing came within 1 seconds");
        text.ShouldContain("deadletters");
    }

    [Fact]
    public async Task A_missing_queue_is_told_in_one_line()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.Silent = true;
        await app.Account.Queues.DeleteQueueAsync("prompts", TestContext.Current.CancellationToken);

        var (succeeded, text) = await RunAsync(app, [new PlainTextSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("The specified queue does not exist.");
        text.ShouldNotContain("Headers");
    }

    [Fact]
    public async Task A_retry_that_is_not_on_record_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.ForgetsAttempts = true;

        var (succeeded, text) = await RunAsync(app, [new RetriedCallSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("result.json has 1 attempt(s) where 2 were expected.");
    }

    [Fact]
    public async Task A_second_turn_in_a_conversation_of_its_own_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.ForgetsConversations = true;

        var (succeeded, text) = await RunAsync(app, [new ConversationSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("Turn 2 ran in conversation");
    }

    [Fact]
    public async Task A_second_turn_before_the_first_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.IgnoresTurns = true;

        var (succeeded, text) = await RunAsync(app, [new ConversationSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("Turn 2 began before turn 1 had ended.");
    }

    [Fact]
    public async Task A_chat_that_goes_on_in_another_conversation_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.ForgetsConversations = true;

        var (succeeded, text) = await RunAsync(app, [new HttpChatSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("Turn 2 ran in conversation");
    }

    [Fact]
    public async Task A_chat_that_is_refused_fails_the_demo_with_what_was_answered()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.IsEmulator = false;

        var (succeeded, text) = await RunAsync(app, [new HttpChatSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("POST /api/chat answered 503 to turn 1: closed");
    }

    [Fact]
    public async Task A_callback_that_is_signed_with_another_secret_does_not_count()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.SignsWrongly = true;

        var clock = new FakeTimeProvider();
        var running = RunAsync(app, [new CallbackSample()], clock: clock);
        await Eventually.TrueAsync("the callback is refused", () => app.CallbackAnswers.Count == 1);
        clock.Advance(TimeSpan.FromHours(1));

        (await running).Succeeded.ShouldBeFalse();
        app.CallbackAnswers.ShouldBe([401]);
    }

    [Fact]
    public async Task A_batch_whose_output_lacks_a_row_fails_the_demo()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.LosesRows = true;

        var (succeeded, text) = await RunAsync(app, [new BatchSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("The rows of the output are not those of the file");
    }

    [Fact]
    public async Task A_Sparrow_that_is_no_emulator_is_told()
    {
        await using var app = await PlayedApp.StartAsync(await azurite.NewAccountAsync());
        app.IsEmulator = false;

        var (succeeded, text) = await RunAsync(app, [new GeneratedFileSample()]);

        succeeded.ShouldBeFalse();
        text.ShouldContain("is not the emulator");
    }

    private static async Task<(bool Succeeded, string Text)> RunAsync(PlayedApp app, IReadOnlyList<IDemoSample> samples, TimeSpan? limit = null, TimeProvider? clock = null)
    {
        var output = new StringWriter();
        var progress = new ProgressDisplay(output, animate: false, TimeProvider.System);
        var context = new DemoContext(app.Account.ConnectionString, app.Address, app.Address.ToString(), TimeProvider.System) { CallbackSecret = PlayedApp.CallbackSecret };
        var succeeded = await new DemoRunner(output, progress, clock ?? TimeProvider.System, limit ?? TimeSpan.FromMinutes(10))
            .RunAsync(samples, context, TestContext.Current.CancellationToken);
        return (succeeded, output.ToString());
    }
}
