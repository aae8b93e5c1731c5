using System.Text.Json;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Jobs;
using SparrowFunctions.Results;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Jobs;

/// <summary>What lies in the ledger and in results outlives every version of the app: rows of yesterday must be readable tomorrow.</summary>
public sealed class StoredShapeTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly AcceptedPrompt Everything = new(
        new Prompt
        {
            Id = "order-7",
            Text = "Hello 麻雀",
            Messages = [new PromptMessage("system", "Be brief."), new PromptMessage("user", "Hi")],
            Model = "gpt-4o",
            GizmoId = "g-1",
            Mode = "concurrent",
            Conversation = "customer-42",
            Turn = 3,
            Files = [new BlobPath("payloads", "in/a b.csv")],
            WantFiles = true,
            NotBefore = At,
            CallbackUrl = "https://example.com/hook",
            Metadata = JsonDocument.Parse("""{"order":7}""").RootElement,
            Extra = JsonDocument.Parse("""{"x":[1]}""").RootElement,
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
        new BlobVersion(new BlobPath("payloads", "long.txt"), "\"0x1\"", 5, "text/plain"),
        [new BlobVersion(new BlobPath("payloads", "in/a b.csv"), "\"0x2\"", 7, null)]);

    private static readonly Job Job = new()
    {
        Id = JobId.Parse("order-7"),
        State = JobState.Failed,
        Accepted = Everything,
        Content = "digest",
        Source = "queue",
        CreatedAt = At,
        Worker = "w1",
        Turn = 3,
        Rebuilt = true,
        Claim = "claim",
        Sending = true,
        Forgiven = 1,
        Warning = "a warning",
        StartedAt = At.AddSeconds(1),
        EndedAt = At.AddSeconds(2.5),
        Kind = FailureKind.WrongModel,
        Reason = "the reason",
        Attempts =
        [
            new(1, At.AddSeconds(1), At.AddSeconds(2), 503, FailureKind.Transient, "overloaded"),
            new(2, At.AddSeconds(2), At.AddSeconds(2.5), 415, FailureKind.WrongModel, "the reason", PossiblyBilled: true),
            new(3, At.AddSeconds(3)),
        ],
    };

    [Fact]
    public void An_accepted_prompt_lies_in_the_ledger_as_it_always_did_and_is_read_back_whole()
    {
        var json = JsonSerializer.Serialize(Everything, PromptJson.Default.AcceptedPrompt);
        Golden.Match("Core/Jobs/Golden/accepted-prompt.json", Pretty(json));

        var read = JsonSerializer.Deserialize(Golden.Read("Core/Jobs/Golden/accepted-prompt.json"), PromptJson.Default.AcceptedPrompt)!;
        ContentDigest.Of(read).ShouldBe(ContentDigest.Of(Everything));
        JsonSerializer.Serialize(read, PromptJson.Default.AcceptedPrompt).ShouldBe(json);
    }

    [Fact]
    public void The_digest_of_a_prompt_never_changes_or_repeated_sends_would_be_refused() =>
        ContentDigest.Of(Everything).ShouldBe("b1b2df5db6b16721d8c5af9c8be2feaf0c513cc4f5a2762525d60d0996268b1e");

    [Fact]
    public void A_jobs_row_has_the_columns_it_always_had()
    {
        var row = JobRow.Write(Job, "write-token");

        Golden.Match("Core/Jobs/Golden/job-row.json", JsonSerializer.Serialize(row.OrderBy(column => column.Key, StringComparer.Ordinal).ToDictionary(), Indented));
    }

    [Fact]
    public void A_job_comes_back_from_its_row_as_it_was()
    {
        var again = JobRow.Read(JobRow.Write(Job, "write-token"), JsonSerializer.Serialize(Everything, PromptJson.Default.AcceptedPrompt));

        Document(again).ShouldBe(Document(Job));
        (again.Worker, again.Claim, again.Sending, again.Forgiven, again.Warning, again.Content).ShouldBe(("w1", "claim", true, 1, "a warning", "digest"));
    }

    [Fact]
    public void A_row_says_in_one_more_column_which_message_its_job_came_in_by() =>
        JobRow.Read(JobRow.Write(Job with { Message = "m-1" }, "write-token"), JsonSerializer.Serialize(Everything, PromptJson.Default.AcceptedPrompt)).Message.ShouldBe("m-1");

    [Fact]
    public void A_dropped_jobs_row_says_in_one_more_column_what_it_was_dropped_as()
    {
        var dropped = Job with { Drop = new DropSource("合同/a \"b\".txt", "\"0x1\"", At) };
        var row = JobRow.Write(dropped, "write-token");

        row.GetString("Drop").ShouldBe("""{"path":"\u5408\u540C/a \u0022b\u0022.txt","eTag":"\u00220x1\u0022","modifiedAt":"2026-11-23T10:00:00+00:00"}""");
        JobRow.Read(row, JsonSerializer.Serialize(Everything, PromptJson.Default.AcceptedPrompt)).Drop.ShouldBe(dropped.Drop);
        row.Keys.Except(JobRow.Write(Job, "write-token").Keys).ShouldBe(["Drop"]);
    }

    [Fact]
    public void A_row_of_a_job_that_was_sent_again_says_in_one_more_column_how_often()
    {
        var row = JobRow.Write(Job with { Round = 2 }, "write-token");

        JobRow.Read(row, JsonSerializer.Serialize(Everything, PromptJson.Default.AcceptedPrompt)).Round.ShouldBe(2);
        row.Keys.Except(JobRow.Write(Job, "write-token").Keys).ShouldBe(["Round"]);
    }

    [Fact]
    public void The_id_of_a_dropped_version_never_changes_or_it_would_be_paid_for_again() =>
        DroppedFile.IdOf("合同/a.txt", "\"0x1\"").ToString().ShouldBe("drop-9f07751a2b4fd98e642aad13e4bfd886");

    [Fact]
    public void An_attempt_of_an_earlier_version_is_read() =>
        JsonSerializer.Deserialize("""[{"n":1,"startedAt":"2026-11-23T10:00:00+00:00","kind":"Ambiguous","possiblyBilled":true,"later":"x"}]""", JobJson.Default.IReadOnlyListAttempt)!
            .ShouldHaveSingleItem().ShouldBe(new Attempt(1, At, Kind: FailureKind.Ambiguous, PossiblyBilled: true));

    [Fact]
    public void The_document_of_a_job_is_the_contracts_to_the_letter() => Golden.Match("Core/Jobs/Golden/job-document.json", Document(Job));

    private static string Document(Job job) => JsonSerializer.Serialize(JobDocuments.Of(job, "gpt-4"), JobDocumentJson.Readable.JobDocument);

    private static string Pretty(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, Indented);
}
