using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.LocalHost.Host.Http;

public sealed class HttpTriggerTests
{
    private readonly Script _script = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_without_a_route_answers_at_its_name_below_the_prefix()
    {
        await using var host = await StartAsync();

        (await host.Http.GetStringAsync("/api/Open", Cancel)).ShouldBe("GET");
        (await host.Http.DeleteAsync("/api/open", Cancel)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await host.Http.GetAsync("/Open", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", "/Open")]
    [InlineData("v1/x", "/v1/x/Open")]
    public async Task The_prefix_is_host_jsons(string prefix, string path)
    {
        await using var host = await StartAsync(("AzureFunctionsJobHost:extensions:http:routePrefix", prefix));

        (await host.Http.GetStringAsync(path, Cancel)).ShouldBe("GET");
    }

    [Fact]
    public async Task Route_values_go_to_parameters_of_their_name_and_constraints_count()
    {
        await using var host = await StartAsync();

        (await host.Http.GetStringAsync("/api/jobs/7/files/a/b%20c/%E5%90%88.txt", Cancel)).ShouldBe("7|a/b c/合.txt");
        (await host.Http.GetAsync("/api/jobs/seven/files/x", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await host.Http.PostAsync("/api/jobs/7/files/x", content: null, Cancel)).IsSuccessStatusCode.ShouldBeFalse();
    }

    [Theory]
    [InlineData("/api/problem/why", "why")]
    [InlineData("/api/problem", "nothing")]
    public async Task A_result_is_carried_out(string path, string detail)
    {
        await using var host = await StartAsync();

        var answer = await host.Http.PostAsync(path, content: null, Cancel);

        ((int)answer.StatusCode).ShouldBe(422);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldContain($"\"detail\":\"{detail}\"");
    }

    [Theory]
    [InlineData("Guarded", null, null, 401)]
    [InlineData("Guarded", "x-functions-key", "wrong", 401)]
    [InlineData("Guarded", "x-functions-key", "fkey", 200)]
    [InlineData("Guarded", "code", "fkey", 200)]
    [InlineData("Guarded", "code", "mkey", 200)]
    [InlineData("Admin", "code", "fkey", 401)]
    [InlineData("Admin", "x-functions-key", "mkey", 200)]
    [InlineData("Open", null, null, 200)]
    public async Task A_key_is_asked_for_as_the_level_says(string function, string? where, string? key, int status)
    {
        await using var host = await StartAsync(("LocalHost:FunctionKey", "fkey"), ("LocalHost:MasterKey", "mkey"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/{function}{(where is "code" ? "?code=" + key : "")}");
        if (where is not null and not "code") request.Headers.Add(where, key);

        ((int)(await host.Http.SendAsync(request, Cancel)).StatusCode).ShouldBe(status);
    }

    [Fact]
    public async Task Without_configured_keys_everything_is_open()
    {
        await using var host = await StartAsync();

        (await host.Http.GetStringAsync("/api/guarded", Cancel)).ShouldBe("in");
        (await host.Http.GetStringAsync("/api/admin", Cancel)).ShouldBe("in");
    }

    [Fact]
    public async Task An_exception_is_500_with_an_empty_body()
    {
        await using var host = await StartAsync();

        var answer = await host.Http.GetAsync("/api/Broken", Cancel);

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_fires_when_the_client_goes_away()
    {
        var cancelled = new TaskCompletionSource();
        _script.Does = async (_, token) =>
        {
            using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
        };
        await using var host = await StartAsync();
        using var impatient = new CancellationTokenSource();
        var call = host.Http.GetAsync("/api/Slow", impatient.Token);
        await _script.SeesRunsAsync(1);

        await impatient.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call);
        await Eventually.EndsAsync("the token fires", cancelled.Task);
    }

    [Fact]
    public async Task The_token_fires_at_the_function_timeout()
    {
        _script.Does = (_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        await using var host = await StartAsync(("AzureFunctionsJobHost:functionTimeout", "00:00:01"));

        (await host.Http.GetAsync("/api/Slow", Cancel)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task The_scope_of_a_run_lives_until_its_answer_is_written()
    {
        await using var host = await StartAsync();

        (await host.Http.GetStringAsync("/api/Scoped", Cancel)).ShouldBe("alive");
    }

    [Fact]
    public async Task A_disabled_function_is_not_there()
    {
        await using var host = await StartAsync(("AzureWebJobs:Open:Disabled", "1"));

        (await host.Http.GetAsync("/api/Open", Cancel)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private Task<HostedFunctions> StartAsync(params (string Key, string? Value)[] settings) => HostedFunctions.StartAsync(
        _script, [typeof(Requests)], settings: settings.ToDictionary(s => s.Key, s => s.Value), services: s => s.AddScoped<PerRun>());
}
