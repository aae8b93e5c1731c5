using Azure.Storage.Blobs;
using Azure.Storage.Queues.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Host;
using SparrowFunctions.LocalHost.Host.Definition;

namespace SparrowFunctions.Tests.LocalHost.Host.Definition;

#pragma warning disable IDE0060 // the parameters of these functions are what is tested
public sealed class FunctionDiscoveryTests
{
    [Fact]
    public void Every_kind_of_function_is_found_with_its_settings_resolved()
    {
        var functions = Find([typeof(Good)], ("Names:Queue", "prompts"), ("Folder", "drop"), ("Every", "0 */5 * * * *"));

        functions.Select(f => f.Name).ShouldBe(["Blob", "Http", "Queue", "Timer"]);
        functions[0].Trigger.ShouldBeOfType<BlobTriggerDefinition>().Path.Container.ShouldBe("drop");
        functions[1].Trigger.ShouldBeOfType<HttpTriggerDefinition>().RouteValues.ShouldBe(["id", "name"]);
        functions[2].Trigger.ShouldBe(new QueueTriggerDefinition("prompts", "Other"));
        functions[3].Trigger.ShouldBeOfType<TimerTriggerDefinition>().RunOnStartup.ShouldBeTrue();
    }

    [Theory]
    [InlineData(typeof(NoTrigger), "Function NoTrigger (", "it has 0 trigger attributes; exactly one parameter must have exactly one")]
    [InlineData(typeof(TwoTriggers), "Function TwoTriggers (", "it has 2 trigger attributes")]
    [InlineData(typeof(WrongTriggerType), "'Int32 count' can't be filled; allowed is QueueMessage or string")]
    [InlineData(typeof(UnknownParameter), "'String other' can't be filled; allowed is CancellationToken, or string named as one of: name")]
    [InlineData(typeof(IdOfMessage), "'String id' can't be filled; allowed is CancellationToken.")]
    [InlineData(typeof(WrongReturn), "it returns Task`1; allowed is void or Task")]
    [InlineData(typeof(AsyncVoid), "it is async void")]
    [InlineData(typeof(BadName), "Function no spaces please (", "the name must be a letter followed by")]
    [InlineData(typeof(BadSchedule), "'every day' is no schedule; write six fields")]
    [InlineData(typeof(BadQueue), "'No_Queue' is no queue name")]
    [InlineData(typeof(BadPath), "'{container}/x' is no blob path")]
    [InlineData(typeof(BadRoute), "'a/{b' is no route")]
    [InlineData(typeof(MissingSetting), "names the setting Nowhere, which is not set")]
    [InlineData(typeof(AbstractClass), "an abstract or generic class or method can't be called")]
    public void A_function_that_cannot_run_is_refused_with_the_reason(Type type, params string[] parts)
    {
        var message = Should.Throw<HostStartException>(() => Find([type])).Message;

        foreach (var part in parts) message.ShouldContain(part);
    }

    [Fact]
    public void Two_functions_of_one_name_are_refused_ignoring_case() =>
        Should.Throw<HostStartException>(() => Find([typeof(Twin), typeof(OtherTwin)]))
            .Message.ShouldContain($"{typeof(Twin)}.Run and {typeof(OtherTwin)}.Run have the same name");

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var message = Should.Throw<HostStartException>(() => Find([typeof(NoTrigger), typeof(BadQueue)])).Message;

        message.ShouldContain("NoTrigger");
        message.ShouldContain("BadQueue");
    }

    [Theory]
    [InlineData("AzureWebJobs.Twin.Disabled", "true", true)]
    [InlineData("AzureWebJobs.Twin.Disabled", "1", true)]
    [InlineData("AzureWebJobs:Twin:Disabled", "True", true)]
    [InlineData("AzureWebJobs:Twin:Disabled", "false", false)]
    [InlineData("AzureWebJobs.Other.Disabled", "true", false)]
    public void A_setting_switches_a_function_off(string key, string value, bool disabled) =>
        Find([typeof(Twin)], (key, value)).Single().Disabled.ShouldBe(disabled);

    private static IReadOnlyList<FunctionDescriptor> Find(Type[] types, params (string Key, string? Value)[] settings) => FunctionDiscovery.Find(
        types, new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value)).Build());

    private sealed class Good
    {
        [Function("Queue")]
        public void Queue([QueueTrigger("%Names__Queue%", Connection = "Other")] string text) => _ = text;

        [Function("Blob")]
        public Task Blob([BlobTrigger("%Folder%/{name}")] BlobClient blob, string NAME, CancellationToken cancellationToken) => Task.CompletedTask;

        [Function("Timer")]
        public static Task Timer([TimerTrigger("%Every%", RunOnStartup = true)] TimerInfo timer) => Task.CompletedTask;

        [Function("Http")]
        public IResult Http([HttpTrigger("get", Route = "jobs/{id:int}/files/{*name}")] HttpRequest request, string id, string name) => Microsoft.AspNetCore.Http.Results.Ok();
    }

    private sealed class NoTrigger
    {
        [Function("NoTrigger")]
        public void Run(CancellationToken cancellationToken) => _ = cancellationToken;
    }

    private sealed class TwoTriggers
    {
        [Function("TwoTriggers")]
        public void Run([QueueTrigger("one")] string one, [QueueTrigger("two")] string two) => _ = one + two;
    }

    private sealed class WrongTriggerType
    {
        [Function("WrongTriggerType")]
        public void Run([QueueTrigger("one")] int count) => _ = count;
    }

    private sealed class UnknownParameter
    {
        [Function("UnknownParameter")]
        public void Run([BlobTrigger("drop/{name}")] BlobClient blob, string other) => _ = other;
    }

    private sealed class IdOfMessage
    {
        [Function("IdOfMessage")]
        public void Run([QueueTrigger("one")] QueueMessage message, string id) => _ = id;
    }

    private sealed class WrongReturn
    {
        [Function("WrongReturn")]
        public Task<string> Run([QueueTrigger("one")] string text) => Task.FromResult(text);
    }

    private sealed class AsyncVoid
    {
        [Function("AsyncVoid")]
#pragma warning disable MA0155 // this is what is refused
        public async void Run([QueueTrigger("one")] string text) => await Task.Yield();
#pragma warning restore MA0155
    }

    private sealed class BadName
    {
        [Function("no spaces please")]
        public void Run([QueueTrigger("one")] string text) => _ = text;
    }

    private sealed class BadSchedule
    {
        [Function("BadSchedule")]
        public void Run([TimerTrigger("every day")] TimerInfo timer) => _ = timer;
    }

    private sealed class BadQueue
    {
        [Function("BadQueue")]
        public void Run([QueueTrigger("No_Queue")] string text) => _ = text;
    }

    private sealed class BadPath
    {
        [Function("BadPath")]
        public void Run([BlobTrigger("{container}/x")] BlobClient blob) => _ = blob;
    }

    private sealed class BadRoute
    {
        [Function("BadRoute")]
        public void Run([HttpTrigger(Route = "a/{b")] HttpRequest request) => _ = request;
    }

    private sealed class MissingSetting
    {
        [Function("MissingSetting")]
        public void Run([QueueTrigger("%Nowhere%")] string text) => _ = text;
    }

    private abstract class AbstractClass
    {
        [Function("AbstractClass")]
        public void Run([QueueTrigger("one")] string text) => _ = text;
    }

    private sealed class Twin
    {
        [Function("Twin")]
        public void Run([QueueTrigger("one")] string text) => _ = text;
    }

    private sealed class OtherTwin
    {
        [Function("TWIN")]
        public void Run([QueueTrigger("one")] string text) => _ = text;
    }
}
