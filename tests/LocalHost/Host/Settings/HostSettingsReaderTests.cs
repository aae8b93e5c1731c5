using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.LocalHost.Host.Settings;

namespace SparrowFunctions.Tests.LocalHost.Host.Settings;

public sealed class HostSettingsReaderTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void What_is_not_set_has_the_platforms_default()
    {
        var settings = Read("""{ "version": "2.0" }""");

        settings.FunctionTimeout.ShouldBe(TimeSpan.FromMinutes(30));
        settings.RoutePrefix.ShouldBe("api");
        settings.PoisonBlobThreshold.ShouldBe(5);
        settings.Queues.ShouldBe(new QueueSettings
        {
            BatchSize = 16,
            NewBatchThreshold = 8 * Environment.ProcessorCount,
            MaxDequeueCount = 5,
            VisibilityTimeout = TimeSpan.Zero,
            MaxPollingInterval = TimeSpan.FromMinutes(1),
            MessageEncoding = MessageEncoding.Base64,
            MessageVisibility = TimeSpan.FromMinutes(10),
        });
    }

    [Fact]
    public void The_apps_own_host_json_is_read_whole()
    {
        File.Copy(Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "host.json"), _path, overwrite: true);

        var settings = HostSettingsReader.Read(_path, new ConfigurationBuilder().Build());

        settings.FunctionTimeout.ShouldBe(TimeSpan.FromMinutes(20));
        settings.Queues.BatchSize.ShouldBe(32);
        settings.Queues.NewBatchThreshold.ShouldBe(63);
        settings.Queues.VisibilityTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        settings.Queues.MaxPollingInterval.ShouldBe(TimeSpan.FromSeconds(10));
        settings.Queues.MessageEncoding.ShouldBe(MessageEncoding.None);
        settings.LogLevels["azure.core"].ShouldBe(LogLevel.Warning);
    }

    [Fact]
    public void App_settings_override_the_file()
    {
        var settings = Read(
            """{ "version": "2.0", "functionTimeout": "00:10:00", "extensions": { "queues": { "batchSize": 4 } }, "logging": { "logLevel": { "default": "Warning" } } }""",
            ("AzureFunctionsJobHost:extensions:queues:batchSize", "8"),
            ("AzureFunctionsJobHost:functionTimeout", "-1"),
            ("AzureFunctionsJobHost:logging:logLevel:default", "Debug"),
            ("AzureFunctionsJobHost:extensions:http:routePrefix", ""),
            ("LocalHost:MessageVisibility", "00:00:02"));

        settings.Queues.BatchSize.ShouldBe(8);
        settings.Queues.MessageVisibility.ShouldBe(TimeSpan.FromSeconds(2));
        settings.FunctionTimeout.ShouldBeNull();
        settings.LogLevels["default"].ShouldBe(LogLevel.Debug);
        settings.RoutePrefix.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("version", "1.0", "version is '1.0'; allowed is \"2.0\"")]
    [InlineData("functionTimeout", "20", "functionTimeout is '20'; allowed is a time written hh:mm:ss")]
    [InlineData("extensions:queues:batchSize", "33", "extensions.queues.batchSize is '33'; allowed is a whole number from 1 to 32")]
    [InlineData("extensions:queues:batchSize", "0", "a whole number from 1 to 32")]
    [InlineData("extensions:queues:newBatchThreshold", "-1", "extensions.queues.newBatchThreshold is '-1'; allowed is a whole number of at least 0")]
    [InlineData("extensions:queues:maxDequeueCount", "many", "extensions.queues.maxDequeueCount is 'many'; allowed is a whole number of at least 1")]
    [InlineData("extensions:queues:visibilityTimeout", "8.00:00:00", "extensions.queues.visibilityTimeout is '8.00:00:00'")]
    [InlineData("extensions:queues:maxPollingInterval", "1", "extensions.queues.maxPollingInterval is '1'; allowed is a time written hh:mm:ss")]
    [InlineData("extensions:queues:messageEncoding", "utf8", "extensions.queues.messageEncoding is 'utf8'; allowed is \"base64\" or \"none\"")]
    [InlineData("logging:logLevel:default", "Loud", "logging.logLevel.default is 'Loud'; allowed is one of Trace, Debug")]
    public void A_wrong_value_is_named_with_what_is_allowed(string path, string value, string message) =>
        Should.Throw<HostStartException>(() => Read("""{ "version": "2.0" }""", ("AzureFunctionsJobHost:" + path, value)))
            .Message.ShouldContain(message);

    [Fact]
    public void All_wrong_values_are_told_at_once()
    {
        var message = Should.Throw<HostStartException>(() => Read("""{ "extensions": { "queues": { "batchSize": 99, "messageEncoding": "x" } } }""")).Message;

        message.ShouldContain("version is 'missing'");
        message.ShouldContain("batchSize");
        message.ShouldContain("messageEncoding");
    }

    [Fact]
    public void A_missing_or_broken_file_is_named()
    {
        Should.Throw<HostStartException>(() => HostSettingsReader.Read(_path + ".none", new ConfigurationBuilder().Build()))
            .Message.ShouldContain(_path + ".none was not found");
        Should.Throw<HostStartException>(() => Read("{ \"version\": ")).Message.ShouldContain(_path + " is not valid JSON");
    }

    private HostSettings Read(string json, params (string Key, string? Value)[] app)
    {
        File.WriteAllText(_path, json);
        return HostSettingsReader.Read(_path, new ConfigurationBuilder().AddInMemoryCollection(app.ToDictionary(s => s.Key, s => s.Value)).Build());
    }
}
