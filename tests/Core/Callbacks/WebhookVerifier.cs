using System.Text;
using System.Text.Json;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Core.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Callbacks;

/// <summary>A receiver's check of signatures that is not ours: the npm package <c>standardwebhooks</c>, run by Node.js.</summary>
internal static class WebhookVerifier
{
    private static readonly string[] Headers = ["webhook-id", "webhook-timestamp", "webhook-signature"];

    /// <summary>Whether each request is signed with the secret; "ok", or why it is not.</summary>
    public static Task<IReadOnlyList<string>> VerifyAsync(string secret, params IEnumerable<RawRequest> requests) =>
        VerifyAsync(requests.Select(request => (secret, Headers.ToDictionary(name => name, name => request.Header(name)!), request.Body)));

    /// <inheritdoc cref="VerifyAsync(string, IEnumerable{RawRequest})"/>
    public static async Task<IReadOnlyList<string>> VerifyAsync(params IEnumerable<(string Secret, Dictionary<string, string> Headers, byte[] Body)> deliveries)
    {
        var root = RepositoryRoot.Find(AppContext.BaseDirectory)!;
        Directory.Exists(Path.Combine(root, "node_modules/standardwebhooks")).ShouldBeTrue("The package that verifies is missing: run npm ci.");
        var all = deliveries.Select(each => new { secret = each.Secret, headers = each.Headers, body = Convert.ToBase64String(each.Body) }).ToArray();
        var node = await NodeRuntime.FindAsync(TestContext.Current.CancellationToken);
        var run = await CommandRun.RunAsync(
            node.Executable,
            [Golden.PathOf("Core/Callbacks/verify.cjs"), Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(all)))],
            root,
            TestContext.Current.CancellationToken);
        run.ExitCode.ShouldBe(0, string.Join('\n', run.Output));
        run.Output.Count.ShouldBe(all.Length);
        return run.Output;
    }
}
