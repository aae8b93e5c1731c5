using System.Reflection;
using System.Text.Json;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Worker;

/// <summary>What the deployed app tells its host at the start: the functions, each with its trigger, as the trigger classes say.</summary>
public sealed class FunctionListTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DeployedApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await DeployedApp.StartAsync(azurite);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public void The_worker_has_the_functions_of_the_trigger_classes_with_the_same_triggers() =>
        _app.Host.Functions.Values.Select(function => $"{function.Name}: {Trigger(function.RawBindings)}").Order()
            .ShouldBe(Classes().Select(type => $"{type.Name}: {Trigger(type)}").Order());

    [Fact]
    public void Only_the_answer_of_an_HTTP_function_goes_out() =>
        _app.Host.Functions.Values.SelectMany(function => function.RawBindings.Select(Json).Where(binding => binding.GetProperty("direction").GetString() == "Out")
            .Select(binding => (function.Name, Type: binding.GetProperty("type").GetString())))
            .ShouldBe(Classes().Where(type => Trigger(type).StartsWith("http", StringComparison.Ordinal)).Select(type => (type.Name, (string?)"http")), ignoreOrder: true);

    [Fact]
    public void Requests_are_forwarded_to_the_worker_itself() =>
        _app.Host.Capabilities["HttpUri"].ShouldStartWith("http://localhost:");

    private static IEnumerable<Type> Classes() => typeof(FunctionsApp).Assembly.GetTypes().Where(type => type is { Namespace: "SparrowFunctions.Triggers", IsNested: false });

    // As the worker says it
    private static string Trigger(IEnumerable<string> bindings)
    {
        var trigger = bindings.Select(Json).Single(binding => binding.GetProperty("direction").GetString() == "In");
        string Text(string name) => trigger.TryGetProperty(name, out var value) ? value.GetString()! : "";
        return Text("type") switch
        {
            "queueTrigger" => $"queue {Text("queueName")} to {Text("name")}",
            "blobTrigger" => $"blob {Text("path")} to {Text("name")}",
            "timerTrigger" => $"timer {Text("schedule")} to {Text("name")}",
            "httpTrigger" => $"http {Text("authLevel")} {string.Join(',', trigger.GetProperty("methods").EnumerateArray().Select(method => method.GetString()))} {Text("route")} to {Text("name")}",
            var other => other,
        };
    }

    // As the class says it, whatever host's attributes it was compiled with
    private static string Trigger(Type type)
    {
        var (parameter, trigger) = type.GetMethod("Run")!.GetParameters()
            .Select(parameter => (parameter.Name, Trigger: parameter.GetCustomAttributes().SingleOrDefault(attribute => attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal))))
            .Single(each => each.Trigger is not null);
        object? Value(string name) => trigger!.GetType().GetProperty(name)!.GetValue(trigger);
        return trigger!.GetType().Name switch
        {
            "QueueTriggerAttribute" => $"queue {Value("QueueName")} to {parameter}",
            "BlobTriggerAttribute" => $"blob {Value("BlobPath")} to {parameter}",
            "TimerTriggerAttribute" => $"timer {Value("Schedule")} to {parameter}",
            "HttpTriggerAttribute" => $"http {Value("AuthLevel")} {string.Join(',', (string[])Value("Methods")!)} {Value("Route")} to {parameter}",
            var other => other,
        };
    }

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}
