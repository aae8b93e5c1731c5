using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SparrowFunctions.Provisioning.Outbound;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Downloads;

namespace SparrowFunctions.Tests.Core.Sparrow;

/// <summary>The clients as the app registers them, pointed at a test's server.</summary>
public sealed class SparrowSetup : IDisposable
{
    public const string Key = "v2.local.test-key/0123+456789";

    private readonly ServiceProvider _provider;

    public SparrowSetup(string url, params (string Setting, string Value)[] settings)
        : this(url, time: null, settings)
    {
    }

    public SparrowSetup(string url, TimeProvider? time, params (string Setting, string Value)[] settings)
        : this(url, time, network: null, settings)
    {
    }

    public SparrowSetup(string url, INetwork network)
        : this(url, time: null, network, [("Sparrow__CallRetries", "0")])
    {
    }

    private SparrowSetup(string url, TimeProvider? time, INetwork? network, (string Setting, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (network is not null) services.AddSingleton(network);
        if (time is not null) services.AddSingleton(time);
        _provider = services.AddSparrow(Configuration(url, settings)).BuildServiceProvider();
    }

    public SparrowClient Client => _provider.GetRequiredService<SparrowClient>();

    public SparrowDownloads Downloads => _provider.GetRequiredService<SparrowDownloads>();

    public static IConfiguration Configuration(string url, params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Sparrow:BaseUrl"] = url, ["Sparrow:FreeBaseUrl"] = url, ["Sparrow:ApiKey"] = Key };
        foreach (var (setting, value) in settings) values[setting.Replace("__", ":", StringComparison.Ordinal)] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    public static ChatRequest Ask(string message = "hello") => new() { Message = message, Model = "gpt-4" };

    public static string Answer(string text, string slug = "gpt-4") => JsonSerializer.Serialize(new
    {
        created = 1,
        message_id = "m1",
        conversation_id = "c1",
        end_turn = false,
        contents = new object[]
        {
            new { error = (string?)null, message = new { id = "u1", author = new { role = "user" }, content = new { content_type = "text", parts = new[] { "q" } }, recipient = "all" } },
            new
            {
                error = (string?)null,
                message = new
                {
                    id = "m1", author = new { role = "assistant" }, content = new { content_type = "text", parts = new[] { text } },
                    recipient = "all", end_turn = true, metadata = new { model_slug = slug },
                },
            },
        },
    });

    public void Dispose() => _provider.Dispose();
}
