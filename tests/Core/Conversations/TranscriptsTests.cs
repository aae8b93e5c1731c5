using SparrowFunctions.Conversations;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Conversations;

/// <summary>Forgetting a conversation while others have to do with it, or dying over it.</summary>
public sealed class TranscriptsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly ConversationKey Key = new("c");

    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_turn_that_comes_while_a_conversation_is_being_forgotten_keeps_it()
    {
        await _pipeline.RunAsync("""{"id":"one","prompt":"one","conversation":"c"}""");
        var hasCome = false;
        _pipeline.Storage.Before = async request =>
        {
            if (!hasCome && request.Uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) && request.Body.Contains("DELETE ", StringComparison.Ordinal))
            {
                hasCome = true;
                await AcceptAsync("two");
            }
        };

        (await _pipeline.Get<Transcripts>().ForgetAsync(Key, Cancel)).ShouldBe(Forgetting.InUse);

        hasCome.ShouldBeTrue();
        _pipeline.Storage.Before = null;
        (await _pipeline.RunUntilEndedAsync("two")).State.ShouldBe(JobState.Succeeded);
        (await _pipeline.Get<Transcripts>().FindAsync(Key, Cancel))!.Turns.Select(turn => turn.JobId).ShouldBe(["one", "two"]);
    }

    [Fact]
    public async Task A_lost_answer_to_the_last_write_is_no_missing_conversation()
    {
        await _pipeline.RunAsync("""{"id":"one","prompt":"one","conversation":"c"}""");
        var isLost = false;

        // As the SDK repeats a write whose answer was lost: the second try meets what the first has done
        _pipeline.Storage.Before = async request =>
        {
            if (!isLost && request.Uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal))
            {
                isLost = true;
                (await _pipeline.Get<Transcripts>().ForgetAsync(Key, Cancel)).ShouldBe(Forgetting.Forgotten);
            }
        };

        (await _pipeline.Get<Transcripts>().ForgetAsync(Key, Cancel)).ShouldBe(Forgetting.Forgotten);
    }

    [Fact]
    public async Task Whoever_died_over_forgetting_leaves_a_conversation_that_still_works()
    {
        var text = new string('x', 20_000);
        await _pipeline.RunAsync($$"""{"id":"one","prompt":"{{text}}","conversation":"c"}""");
        _pipeline.Storage.Before = request =>
            request.Uri.AbsolutePath.EndsWith("/$batch", StringComparison.Ordinal) ? throw new InvalidOperationException("The process died.") : Task.CompletedTask;
        await Should.ThrowAsync<InvalidOperationException>(() => _pipeline.Get<Transcripts>().ForgetAsync(Key, Cancel));
        _pipeline.Storage.Before = null;

        var left = (await _pipeline.Get<Transcripts>().FindAsync(Key, Cancel))!.Turns.ShouldHaveSingleItem();
        (left.User, left.Answer).ShouldBe((null, null));
        await _pipeline.PassAsync(TimeSpan.FromMinutes(10)); // past Sparrow's hold: rebuilt from what is left
        await _pipeline.RunAsync("""{"id":"two","prompt":"two","conversation":"c"}""");
        (await _pipeline.JobAsync("two"))!.State.ShouldBe(JobState.Succeeded);

        (await _pipeline.Get<Transcripts>().ForgetAsync(Key, Cancel)).ShouldBe(Forgetting.Forgotten);
        (await _pipeline.Get<Transcripts>().FindAsync(Key, Cancel)).ShouldBeNull();
    }

    private async Task AcceptAsync(string id)
    {
        var (accepted, _) = await _pipeline.Get<PromptIntake>().TakeAsync($$"""{"prompt":"{{id}}","conversation":"c"}""", Cancel);
        (await _pipeline.Get<Chats>().AcceptAsync(JobId.Parse(id), accepted!, "http", Cancel)).Verdict.ShouldBe(ChatVerdict.Accepted);
    }
}
