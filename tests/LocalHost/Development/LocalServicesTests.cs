using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class LocalServicesTests
{
    [Theory]
    [InlineData("http://localhost:7072", null, "local-development")]
    [InlineData("http://127.0.0.1:7072", null, "local-development")]
    [InlineData("http://localhost:7072", "mine", "mine")]
    [InlineData("http://localhost:7072", "<your key>", "local-development")]
    [InlineData("https://beta.gpt4api.plus", null, null)]
    [InlineData("https://beta.gpt4api.plus", "<your key>", "<your key>")]
    public async Task A_key_is_made_up_for_a_loopback_Sparrow_only(string address, string? key, string? expected)
    {
        var options = new DevelopmentOptions { Storage = "UseDevelopmentStorage=true", Sparrow = new Uri(address) };
        var overrides = DevelopmentPlan.Overrides(options);
        var file = new Dictionary<string, string?> { ["Sparrow:ApiKey"] = key };
        var settings = LocalSettings.Build(file, overrides);
        var plan = DevelopmentPlan.Make(options, settings, Path.GetTempPath(), _ => true);
        var progress = new ProgressDisplay(TextWriter.Null, animate: false, TimeProvider.System);

        await using var services = await LocalServices.StartAsync(
            plan, Path.GetTempPath(), progress, TimeProvider.System, TestContext.Current.CancellationToken);

        LocalSettings.Build(file, services.Complete(overrides, settings))["Sparrow:ApiKey"].ShouldBe(expected);
    }
}
