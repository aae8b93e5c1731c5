using System.Text.Encodings.Web;
using System.Text.Json;
using Azure;
using SparrowFunctions.Callbacks;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Callbacks;

public sealed class CallbackBodyTests
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly DateTimeOffset Ended = new(2026, 11, 23, 10, 0, 9, TimeSpan.Zero);

    [Fact]
    public void The_body_is_the_jobs_document_without_the_response()
    {
        var body = CallbackBody.Of(Job(JobState.Succeeded), Document());

        var json = JsonSerializer.Serialize(body, CallbackBodyJson.Compact.CallbackBody);

        json.ShouldNotContain('\n');
        Golden.Match("Core/Callbacks/Golden/job.succeeded.json", Indented(json));
    }

    [Theory]
    [InlineData(JobState.Failed, "job.failed")]
    [InlineData(JobState.Cancelled, "job.cancelled")]
    [InlineData(JobState.Unknown, "job.unknown")]
    public void The_type_is_that_of_the_end(JobState state, string type) => CallbackBody.Of(Job(state), Document()).Type.ShouldBe(type);

    [Fact]
    public void A_long_answer_is_cut() =>
        CallbackBody.Of(Job(JobState.Succeeded), Document() with { Answer = new string('x', 100_000) }).Data.Answer!.Length.ShouldBeLessThanOrEqualTo(ShortAnswer.MaxBytes);

    [Fact]
    public void The_same_end_has_the_same_id_and_another_end_another()
    {
        var job = Job(JobState.Failed);

        WebhookId.Of(job).ShouldBe(WebhookId.Of(Job(JobState.Failed) with { ETag = new ETag("other"), Reason = "read back" }));
        string[] others =
        [
            WebhookId.Of(job with { Id = JobId.Parse("order-8") }),
            WebhookId.Of(job with { State = JobState.Succeeded }),
            WebhookId.Of(job with { EndedAt = Ended.AddTicks(1) }),
            WebhookId.Of(job with { Attempts = [new Attempt(1, Ended)] }),
        ];
        others.Append(WebhookId.Of(job)).Distinct().Count().ShouldBe(5);
        others.ShouldAllBe(id => WebhookId.IsOne(id) && !id.Contains('.'));
    }

    private static string Indented(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Readable);
    }

    private static Job Job(JobState state) => new()
    {
        Id = JobId.Parse("order-7"),
        State = state,
        Accepted = new AcceptedPrompt(new Prompt { Text = "x", CallbackUrl = "https://example.com/" }, null, []),
        Content = "digest",
        Source = "queue",
        CreatedAt = Ended.AddSeconds(-9),
        EndedAt = Ended,
    };

    private static JobDocument Document() => new()
    {
        Id = "order-7",
        State = "succeeded",
        Conversation = "customer-42",
        Turn = 3,
        Model = "gpt-4",
        Answer = "Dear customer, 谢谢 <3",
        ConversationId = "111a",
        MessageId = "b571",
        CreatedAt = Ended.AddSeconds(-9),
        StartedAt = Ended.AddSeconds(-8),
        EndedAt = Ended,
        Attempts = [new AttemptDocument(1, Ended.AddSeconds(-8), Ended, 200, null, null, false)],
        Files = [new ResultFile("chart.png", 1234, "ab", "image/png", "downloads[0]", "files/chart.png")],
        Metadata = JsonDocument.Parse("""{"order":7}""").RootElement,
        Response = JsonDocument.Parse("""{"secret":"response"}""").RootElement,
    };
}
