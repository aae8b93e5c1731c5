using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparrowFunctions.Jobs;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs;

/// <summary>How long a run may last: as host.json says, as the platform's setting says over it, as both hosts read it.</summary>
public sealed class FunctionTimeoutTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sparrow-host-json-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_that_is_deployed_gives_twenty_minutes() =>
        FunctionTimeout.Read(Settings(), new HostJson(Golden.PathOf("../host.json"))).ShouldBe(new FunctionTimeout(TimeSpan.FromMinutes(20)));

    [Fact]
    public void The_file_is_read_with_comments_as_the_platform_reads_it() =>
        Read("""
            // Calls take long
            { "version": "2.0", /* so */ "FunctionTimeout": "01:00:00", }
            """).ShouldBe(new FunctionTimeout(TimeSpan.FromHours(1)));

    [Theory]
    [InlineData("""{ "version": "2.0" }""")]
    [InlineData("""{ "version": "2.0", "functionTimeout": null }""")]
    public void Without_the_field_the_limit_of_the_platform_counts(string json) => Read(json).ShouldBe(new FunctionTimeout(TimeSpan.FromMinutes(30)));

    [Fact]
    public void Without_the_file_too() =>
        FunctionTimeout.Read(Settings(), new HostJson(Path.Combine(_folder, "none.json"))).ShouldBe(new FunctionTimeout(TimeSpan.FromMinutes(30)));

    [Theory]
    [InlineData("\"-1\"")]
    [InlineData("-1")]
    [InlineData("\"400.00:00:00\"")]
    public void No_limit_is_a_day(string value) => Read($$"""{ "functionTimeout": {{value}} }""").ShouldBe(new FunctionTimeout(TimeSpan.FromDays(1)));

    [Theory]
    [InlineData("\"20\"", "20")]
    [InlineData("20", "20")]
    [InlineData("\"for ever\"", "for ever")]
    [InlineData("\"-00:00:01\"", "-00:00:01")]
    [InlineData("\"00:00:00\"", "00:00:00")]
    [InlineData("\"\"", "")]
    public void Any_other_value_is_told_with_its_place_and_the_remedy(string value, string told)
    {
        var read = Read($$"""{ "functionTimeout": {{value}} }""");

        read.Problem.ShouldBe($"functionTimeout in {Path.Combine(_folder, "host.json")} is '{told}': write hh:mm:ss, for example 00:20:00, at least 00:00:01, or -1 for no limit.");
    }

    [Theory]
    [InlineData("{ \"functionTimeout\": \"00:20:00\"\n \"version\": \"2.0\" }", "line 2")]
    [InlineData("[]", "holds no JSON object")]
    public void A_file_that_is_no_json_is_told_with_the_place(string json, string problem) => Read(json).Problem.ShouldNotBeNull().ShouldContain(problem);

    [Theory]
    [InlineData("01:00:00", 60)]
    [InlineData("-1", 24 * 60)]
    [InlineData("", 10)]
    [InlineData(null, 10)]
    public void The_setting_of_the_platform_stands_over_the_file(string? setting, int minutes) =>
        Read("""{ "functionTimeout": "00:10:00" }""", setting).ShouldBe(new FunctionTimeout(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void A_wrong_setting_is_told_by_its_own_name() =>
        Read("""{ "functionTimeout": "00:10:00" }""", "soon").Problem.ShouldNotBeNull().ShouldStartWith("AzureFunctionsJobHost__functionTimeout is 'soon': write hh:mm:ss");

    [Fact]
    public void In_Azure_the_file_lies_in_the_folder_that_the_platform_names()
    {
        Write("""{ "functionTimeout": "00:45:00" }""");

        Limit(("FUNCTIONS_APPLICATION_DIRECTORY", _folder)).ShouldBe(TimeSpan.FromMinutes(45));
    }

    [Fact]
    public void A_folder_without_the_file_leaves_the_one_beside_the_program() =>
        Limit(("FUNCTIONS_APPLICATION_DIRECTORY", _folder)).ShouldBe(TimeSpan.FromMinutes(20));

    [Fact]
    public void Without_a_folder_the_file_lies_beside_the_program() => Limit().ShouldBe(TimeSpan.FromMinutes(20));

    [Fact]
    public void The_app_does_not_start_with_a_wrong_one()
    {
        Write("""{ "functionTimeout": "20" }""");
        using var services = Services(("FUNCTIONS_APPLICATION_DIRECTORY", _folder));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate()).Message.ShouldContain("functionTimeout in ");
    }

    [Fact]
    public async Task The_local_host_has_the_app_read_the_file_that_it_reads_itself()
    {
        Write("""{ "version": "2.0", "functionTimeout": "00:25:00" }""");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSparrowCore(builder.Configuration);
        builder.AddFunctionsHost(Array.Empty<Type>(), options => options.HostJson = Path.Combine(_folder, "host.json"));
        await using var app = builder.Build();

        app.Services.GetRequiredService<Invocations>().Limit.ShouldBe(TimeSpan.FromMinutes(25));
    }

    private static TimeSpan Limit(params (string Name, string Value)[] settings)
    {
        using var services = Services(settings);
        return services.GetRequiredService<Invocations>().Limit;
    }

    private static ServiceProvider Services(params (string Name, string Value)[] settings)
    {
        (string, string?)[] all = [("Sparrow:ApiKey", "key"), ("AzureWebJobsStorage", "UseDevelopmentStorage=true"), .. settings];
        var configuration = Settings(all);
        return new ServiceCollection().AddLogging().AddSparrowCore(configuration).BuildServiceProvider();
    }

    private static IConfigurationRoot Settings(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();

    private FunctionTimeout Read(string json, string? setting = null) =>
        FunctionTimeout.Read(Settings(("AzureFunctionsJobHost:functionTimeout", setting)), new HostJson(Write(json)));

    private string Write(string json)
    {
        var path = Path.Combine(_folder, "host.json");
        File.WriteAllText(path, json);
        return path;
    }
}
