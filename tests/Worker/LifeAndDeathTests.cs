using System.Net.Http.Json;
using SparrowFunctions.Tests.Infrastructure;
using SparrowFunctions.Tests.Worker.Harness;

namespace SparrowFunctions.Tests.Worker;

/// <summary>How the deployed app begins and ends: settings, failures, cancellation, its host's wish to end it, and a host that is gone.</summary>
public sealed class LifeAndDeathTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Jobs__Lease", "00:00:01", "Jobs__Lease is 00:00:01; allowed is 00:00:20 to 00:10:00.")]
    [InlineData("AzureFunctionsJobHost__functionTimeout", "00:05:00", "does not fit into one run of a function (00:05:00)")]
    [InlineData("Sparrow__RequestTimeout", "00:25:00", "does not fit into one run of a function (00:20:00)")]
    [InlineData("Sparrow__BaseUrl", "ftp://sparrow", "Sparrow__BaseUrl must be https")]
    public async Task A_wrong_setting_stops_the_worker_with_a_sentence(string setting, string value, string sentence)
    {
        var refusal = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await using var app = await DeployedApp.StartAsync(azurite, (setting, value));
        });

        refusal.Message.ShouldContain(sentence);
    }

    [Fact]
    public async Task A_run_that_fails_leaves_its_message_and_the_next_one_succeeds()
    {
        await using var app = await DeployedApp.StartAsync(azurite);
        await app.PutAsync("prompts", """{"id":"again","prompt":"Hello."}""");
        await app.Account.Tables.DeleteTableAsync("jobs", Cancel);

        var failed = await app.RunAsync("prompts", "OnPromptQueued");
        await app.Account.Tables.CreateTableAsync("jobs", Cancel);
        var second = await app.RunAsync("prompts", "OnPromptQueued");

        failed.Succeeded.ShouldBeFalse();
        failed.Error.ShouldNotBeNullOrWhiteSpace();
        second.Succeeded.ShouldBeTrue();
        (await app.ResultAsync("again")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await app.Emulator.CallsAsync(Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_run_finishes_the_call_that_it_pays_for()
    {
        await using var app = await DeployedApp.StartAsync(azurite);
        await app.Emulator.HoldAsync(Cancel);
        await app.PutAsync("prompts", """{"id":"paid","prompt":"Take your time."}""");
        var message = await app.TakeAsync("prompts");
        var id = FunctionsHost.NewId();
        var run = app.Host.InvokeAsync(id, "OnPromptQueued", Trigger.Queue(message), Cancel);
        await app.CallsRunAsync(1);

        app.Host.Cancel(id);
        await app.Emulator.ReleaseAsync(Cancel);

        (await run).Succeeded.ShouldBeTrue();
        (await app.ResultAsync("paid")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_wait_and_not_its_job()
    {
        await using var app = await DeployedApp.StartAsync(azurite);
        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/chat") { Content = JsonContent.Create(new { id = "left", prompt = "Hello." }), Headers = { { "Prefer", "wait=200" } } };
        var waiting = app.Http.SendAsync(request, leaving.Token);
        var work = await app.TakeAsync("work");

        await leaving.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
        (await app.Host.InvokeAsync("OnWork", Trigger.Queue(work), Cancel)).Succeeded.ShouldBeTrue();
        (await app.ResultAsync("left")).GetProperty("state").GetString().ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("WorkerTerminate")]
    [InlineData("functionTimeout")]
    public async Task A_call_that_its_worker_s_end_cuts_off_is_taken_over_by_the_next_worker(string reason)
    {
        await using var app = await DeployedApp.StartAsync(azurite, ("Jobs__Lease", "00:00:20"));
        await app.Emulator.HoldAsync(Cancel);
        await app.PutAsync("prompts", """{"id":"moved","prompt":"Hello."}""");
        var message = await app.TakeAsync("prompts");
        var id = FunctionsHost.NewId();
        var run = app.Host.InvokeAsync(id, "OnPromptQueued", Trigger.Queue(message), Cancel);
        await app.CallsRunAsync(1);
        await app.Emulator.SetAsync(new { latencyMs = 0 }, Cancel);

        if (reason == "functionTimeout")
        {
            // The host cancels the run, and ends the process of one that goes on
            app.Host.Cancel(id);
            await app.Host.Process.KillAsync();
        }
        else
        {
            app.Host.Terminate();
            await app.Host.Process.Exited.WaitAsync(Long, TimeProvider.System, Cancel);
        }

        await Should.ThrowAsync<IOException>(run);
        await app.StartHostAsync();
        await app.WorkUntilAsync("moved/result.json");

        var result = await app.ResultAsync("moved");
        result.GetProperty("state").GetString().ShouldBe("succeeded");
        result.GetProperty("possiblyBilled").GetInt32().ShouldBe(1);
        (await app.Emulator.CallsAsync(Cancel)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_whose_host_is_gone_ends_by_itself_when_nothing_runs(bool wholeHost)
    {
        await using var app = await DeployedApp.StartAsync(azurite);

        await LoseHostAsync(app, wholeHost);

        await app.Host.Process.Exited.WaitAsync(Long, TimeProvider.System, Cancel);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_worker_whose_host_is_gone_stores_the_answer_it_waits_for_first(bool wholeHost)
    {
        await using var insights = await LoopbackInsights.StartAsync(Cancel);
        await using var app = await DeployedApp.StartAsync(azurite, ("APPLICATIONINSIGHTS_CONNECTION_STRING", insights.ConnectionString), ("APPLICATIONINSIGHTS_STATSBEAT_DISABLED", "true"));
        await app.Emulator.HoldAsync(Cancel);
        await app.PutAsync("prompts", """{"id":"orphan","prompt":"Hello."}""");
        var message = await app.TakeAsync("prompts");
        var run = app.Host.InvokeAsync("OnPromptQueued", Trigger.Queue(message), Cancel);
        await app.CallsRunAsync(1);

        await LoseHostAsync(app, wholeHost);
        await Eventually.TrueAsync("the app knows it", () => insights.Lines.Any(line => line.Contains("The Functions host has gone", StringComparison.Ordinal)));
        await app.Emulator.ReleaseAsync(Cancel);
        await app.Host.Process.Exited.WaitAsync(Long, TimeProvider.System, Cancel);

        await Should.ThrowAsync<IOException>(run);
        (await app.ResultAsync("orphan")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await app.Emulator.CallsAsync(Cancel)).Count.ShouldBe(1);
    }

    private static async Task LoseHostAsync(DeployedApp app, bool wholeHost)
    {
        if (wholeHost)
            await app.Host.DieAsync();
        else
            app.Host.BreakStream();
    }
}
