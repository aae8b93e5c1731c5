using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Development;

public sealed class CommandLineTests
{
    [Fact]
    public async Task Nothing_means_a_plain_run_with_all_defaults() =>
        (await ReadAsync()).ShouldBe(new DevelopmentOptions());

    [Fact]
    public async Task Options_are_read_before_and_after_the_command()
    {
        var expected = new DevelopmentOptions { Demo = true, Port = 8080, Sparrow = new Uri("http://localhost:9000"), Data = "here" };

        (await ReadAsync("demo", "--port", "8080", "--sparrow", "http://localhost:9000", "--data", "here")).ShouldBe(expected);
        (await ReadAsync("--port", "8080", "--sparrow", "http://localhost:9000", "--data", "here", "demo")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net")]
    public async Task A_connection_string_is_taken_whole(string storage) =>
        (await ReadAsync("--storage", storage)).ShouldNotBeNull().Storage.ShouldBe(storage);

    [Theory]
    [InlineData("--port", "99999", "0 to 65535")]
    [InlineData("--port", "x", "0 to 65535")]
    [InlineData("--sparrow", "localhost:7072", "http://")]
    [InlineData("--storage", "AccountKey=hunter2", "UseDevelopmentStorage=true")]
    [InlineData("--unknown", "x", "--unknown")]
    public void A_wrong_value_is_refused_with_what_is_allowed_and_no_secret(string option, string value, string told)
    {
        var errors = string.Join('\n', Parse(option, value).Errors.Select(error => error.Message));

        errors.ShouldContain(told);
        errors.ShouldNotContain("hunter2");
    }

    private static System.CommandLine.ParseResult Parse(params string[] arguments) =>
        CommandLine.Create((_, _) => Task.FromResult(0)).Parse(arguments);

    private static async Task<DevelopmentOptions?> ReadAsync(params string[] arguments)
    {
        DevelopmentOptions? read = null;
        var root = CommandLine.Create((options, _) =>
        {
            read = options;
            return Task.FromResult(7);
        });
        (await root.Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken)).ShouldBe(7);
        return read;
    }
}
