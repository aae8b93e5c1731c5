using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Sparrow.Settings;

namespace SparrowFunctions.Tests.Core.Sparrow;

public sealed class SparrowOptionsTests
{
    [Fact]
    public void The_defaults_need_only_a_key()
    {
        var options = Read().Value;

        options.RequestTimeout.ShouldBe(new TimeSpan(0, 8, 30));
        (options.MaxConcurrency.Standard, options.MaxConcurrency.Concurrent).ShouldBe((32, 64));
        (options.Profile, options.Authorization, options.FreeAuthorization).ShouldBe((SparrowGeneration.G1, AuthorizationForm.Bearer, AuthorizationForm.Bare));
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var options = Read(
            ("Sparrow__Mode", "concurrent"), ("Sparrow__Model", "gpt-4o"), ("Sparrow__GizmoId", "g-1"), ("Sparrow__Profile", "G1"), ("Sparrow__RequestTimeout", "00:01:00"),
            ("Sparrow__SessionHold", "00:02:00"), ("Sparrow__MaxConcurrency__Standard", "3"), ("Sparrow__MaxConcurrency__Concurrent", "4"), ("Sparrow__Authorization", "bare"),
            ("Sparrow__Paths__ConcurrentGizmos", "/x"), ("Sparrow__Downloads__IdleTimeout", "00:00:05"), ("Sparrow__CallRetries", "0"), ("Sparrow__UploadRate", "5000")).Value;

        (options.Mode, options.Model, options.GizmoId, options.RequestTimeout, options.SessionHold)
            .ShouldBe((SparrowMode.Concurrent, "gpt-4o", "g-1", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)));
        (options.MaxConcurrency.Standard, options.MaxConcurrency.Concurrent, options.Authorization, options.Paths.ConcurrentGizmos).ShouldBe((3, 4, AuthorizationForm.Bare, "/x"));
        (options.Downloads.IdleTimeout, options.CallRetries, options.UploadRate).ShouldBe((TimeSpan.FromSeconds(5), 0, 5000));
    }

    [Theory]
    [InlineData("Sparrow__ApiKey", "", "missing")]
    [InlineData("Sparrow__ApiKey", "Bearer secret-of-mine", "begins with Bearer")]
    [InlineData("Sparrow__ApiKey", "secret-of-mine\n", "line break")]
    [InlineData("Sparrow__ApiKey", "secret of mine", "space")]
    [InlineData("Sparrow__BaseUrl", "http://beta.gpt4api.plus", "must be https")]
    [InlineData("Sparrow__BaseUrl", "not an address", "is no address")]
    [InlineData("Sparrow__BaseUrl", "https://me:pw@host", "user name or password")]
    [InlineData("Sparrow__BaseUrl", "https://host/?x=1", "query")]
    [InlineData("Sparrow__FreeBaseUrl", "ftp://host", "must be https")]
    [InlineData("Sparrow__Mode", "fast", "standard, concurrent, free")]
    [InlineData("Sparrow__Mode", "7", "standard, concurrent, free")]
    [InlineData("Sparrow__Profile", "G3", "G0, G1, G2")]
    [InlineData("Sparrow__Profile", "9", "G0, G1, G2")]
    [InlineData("Sparrow__Authorization", "basic", "bearer, bare")]
    [InlineData("Sparrow__Model", "", "empty")]
    [InlineData("Sparrow__RequestTimeout", "eight minutes", "hh:mm:ss")]
    [InlineData("Sparrow__RequestTimeout", "00:00:00", "00:00:01 and 01:00:00")]
    [InlineData("Sparrow__RequestTimeout", "510", "hh:mm:ss")]
    [InlineData("Sparrow__SessionHold", "-00:00:01", "00:00:00 and 01:00:00")]
    [InlineData("Sparrow__MaxConcurrency__Standard", "0", "from 1 to 1000")]
    [InlineData("Sparrow__MaxConcurrency__Concurrent", "many", "no whole number")]
    [InlineData("Sparrow__CallRetries", "6", "from 0 to 5")]
    [InlineData("Sparrow__CallRetryWindow", "00:02:00", "00:01:00")]
    [InlineData("Sparrow__ConnectTimeout", "00:00:00", "00:00:01")]
    [InlineData("Sparrow__UploadTimeout", "00:00:00", "00:00:01")]
    [InlineData("Sparrow__UploadRate", "1", "1000")]
    [InlineData("Sparrow__Downloads__HeadersTimeout", "00:00:00", "00:00:01")]
    [InlineData("Sparrow__Downloads__IdleTimeout", "00:00:00", "00:00:01")]
    [InlineData("Sparrow__Downloads__TotalTimeout", "00:00:00", "00:00:01")]
    [InlineData("Sparrow__Paths__StandardUpload", "no-slash", "one slash")]
    [InlineData("Sparrow__Paths__Pool", "//host/x", "one slash")]
    [InlineData("Sparrow__Paths__FreeConversation", "/x?y=1", "query")]
    public async Task A_wrong_value_stops_the_host_with_its_setting_and_the_remedy(string setting, string value, string remedy)
    {
        var failure = await StartAsync((setting, value));

        failure.Message.ShouldContain(setting);
        failure.Message.ShouldContain(remedy);
        failure.ToString().ShouldNotContain("secret");
        failure.ToString().ShouldNotContain(SparrowSetup.Key);
    }

    [Theory]
    [InlineData("Sparrow__Mode=concurrent;Sparrow__Profile=G0", "Sparrow__Mode Sparrow__Profile Sparrow__Paths__ConcurrentAllTools")]
    [InlineData("Sparrow__Mode=concurrent;Sparrow__Profile=G2;Sparrow__GizmoId=g-1", "Sparrow__Mode Sparrow__Profile Sparrow__Paths__ConcurrentGizmos")]
    [InlineData("Sparrow__Mode=free;Sparrow__GizmoId=g-1", "Sparrow__GizmoId Sparrow__Mode")]
    [InlineData("Sparrow__RequestTimeout=00:00:04;Sparrow__ConnectTimeout=00:00:01", "Sparrow__CallRetryWindow Sparrow__RequestTimeout")]
    [InlineData("Sparrow__RequestTimeout=00:00:10", "Sparrow__ConnectTimeout Sparrow__RequestTimeout")]
    public async Task Settings_that_contradict_each_other_stop_the_host(string settings, string named)
    {
        var pairs = settings.Split(';').Select(static pair => (pair.Split('=')[0], pair.Split('=')[1])).ToArray();

        var failure = await StartAsync(pairs);

        foreach (var name in named.Split(' ')) failure.Message.ShouldContain(name);
    }

    [Fact]
    public void A_path_of_ones_own_makes_a_mode_possible() =>
        Read(("Sparrow__Mode", "concurrent"), ("Sparrow__Profile", "G0"), ("Sparrow__Paths__ConcurrentAllTools", "/c")).Value.Mode.ShouldBe(SparrowMode.Concurrent);

    [Theory]
    [InlineData("http://localhost:7072")]
    [InlineData("http://127.0.0.1:7072/")]
    [InlineData("http://[::1]:7072")]
    public void Plain_http_is_allowed_on_loopback(string url) => Read(("Sparrow__BaseUrl", url)).Value.BaseUrl.IsLoopback.ShouldBeTrue();

    private static IOptions<SparrowOptions> Read(params (string, string)[] settings) =>
        new ServiceCollection().AddSparrow(SparrowSetup.Configuration("https://example.com", settings)).BuildServiceProvider().GetRequiredService<IOptions<SparrowOptions>>();

    private static async Task<OptionsValidationException> StartAsync(params (string, string)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddSparrow(SparrowSetup.Configuration("https://example.com", settings));
        using var host = builder.Build();
        return await Should.ThrowAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }
}
