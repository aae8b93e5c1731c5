using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>
/// A process dies at each write by which the outcome of a dropped file is published, or its refusal, right before it or right after. Whoever tells
/// of the file again brings it to the same end as if nobody had died.
/// </summary>
public sealed class DropCrashTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Death = "The process dies here.";

    private DropFixture _drop = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Pipeline Pipeline => _drop.Pipeline;

    public async ValueTask InitializeAsync() => _drop = await DropFixture.StartAsync(azurite);

    public ValueTask DisposeAsync() => _drop.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_at_any_write_of_publishing_leaves_nothing_undone(bool afterIt)
    {
        var fatal = 1;
        for (var writes = int.MaxValue; fatal <= writes; fatal++)
        {
            await AnswerAsync(fatal, "first", "shared.png", "left.png");
            await AnswerAsync(fatal, "second", "shared.png", "new.png");
            await _drop.PutAsync($"{fatal}/_prompt.md", $"first {fatal}.");
            await _drop.DropAsync($"{fatal}/a.txt", "one");
            await _drop.PutAsync($"{fatal}/_prompt.md", $"second {fatal}.");
            var second = await _drop.PutAsync($"{fatal}/a.txt", "two");

            writes = await DieAsync(fatal, afterIt, $"{fatal}/a.txt", static path => path.Contains("/results/drop/", StringComparison.Ordinal));
            await _drop.LookAsync($"{fatal}/a.txt");

            var outcome = $"drop/{fatal}/a.txt";
            (await _drop.OutcomesAsync()).Where(name => name.StartsWith(outcome, StringComparison.Ordinal))
                .ShouldBe([$"{outcome}.files/new.png", $"{outcome}.files/shared.png", $"{outcome}.json", $"{outcome}.md"], $"write {fatal}");
            (await _drop.DocumentAsync($"{fatal}/a.txt")).GetProperty("id").GetString().ShouldBe(second);
            (await Pipeline.BlobAsync("results", $"{outcome}.files/shared.png")).ShouldBe("second");
            (await Pipeline.CallsAsync()).Count.ShouldBe(2 * fatal);
        }

        fatal.ShouldBeGreaterThan(5, "two files, one left over, the page and the document");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_that_dies_at_any_write_of_a_refusal_leaves_one_dead_letter_and_its_page(bool afterIt)
    {
        var fatal = 1;
        for (var writes = int.MaxValue; fatal <= writes; fatal++)
        {
            await _drop.PutAsync($"{fatal}.txt", "");

            writes = await DieAsync(fatal, afterIt, $"{fatal}.txt", static _ => true);
            await _drop.LookAsync($"{fatal}.txt");

            (await _drop.PageAsync($"{fatal}.txt")).ShouldContain("is empty");
            (await _drop.DocumentAsync($"{fatal}.txt")).GetProperty("state").GetString().ShouldBe("failed");
            (await Pipeline.DeadLettersAsync()).Count.ShouldBe(fatal);
        }

        fatal.ShouldBeGreaterThan(3, "the dead letter, the page and the document");
        (await Pipeline.CallsAsync()).ShouldBeEmpty();
    }

    // Has the file looked at by a process that dies at one of the writes meant; how many of these it made
    private async Task<int> DieAsync(int fatal, bool afterIt, string name, Func<string, bool> isMeant)
    {
        var writes = 0;
        if (afterIt)
        {
            Pipeline.Storage.After = DieOf;
        }
        else
        {
            Pipeline.Storage.Before = request =>
            {
                DieOf(request);
                return Task.CompletedTask;
            };
        }

        try
        {
            await _drop.LookAsync(name);
        }
        catch (InvalidOperationException exception) when (exception.Message == Death)
        {
            // Nothing of that process goes on
        }

        (Pipeline.Storage.Before, Pipeline.Storage.After) = (null, null);
        return writes < fatal ? writes : int.MaxValue;

        void DieOf(StorageRequest request)
        {
            if (request.Method is not ("GET" or "HEAD") && isMeant(request.Uri.AbsolutePath) && ++writes == fatal)
                throw new InvalidOperationException(Death);
        }
    }

    private Task AnswerAsync(int n, string version, params string[] files) => Pipeline.AnswerAsync(new
    {
        promptContains = $"{version} {n}.",
        text = "See the files.",
        files = files.Select(file => new { name = file, contentType = "image/png", base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(version)) }),
    });
}
