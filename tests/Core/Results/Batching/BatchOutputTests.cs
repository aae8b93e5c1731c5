using System.Text;
using System.Text.Json;
using SparrowFunctions.Files;
using SparrowFunctions.Intake;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Results;
using SparrowFunctions.Results.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Results.Batching;

/// <summary>What a batch leaves behind is read by other programs: its shape stays.</summary>
public sealed class BatchOutputTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly JobId Job = JobId.Parse("batch-0123456789abcdef-0123456789abcdef01234567-1of2");

    [Fact]
    public void Rows_of_every_outcome_look_as_they_always_did()
    {
        string[] rows =
        [
            Line(1, "row-1", """{"id":"row-1","asks":[{"id":"q1","content":"Draw it","images":["pics/a.png"]}],"answers":null,"extra":{"n":1.50,"big":12345678901234567890,"t":"<麻雀>"},"mine":[1, 2]}""",
                BatchOutcome.Of([(Job, Document() with { Files = [new ResultFile("chart.png", 12, "abc", "image/png", "downloads[0]", "files/chart.png")] })])),
            Line(2, "row-2", """{"id":"row-2","asks":[{"content":"a"},{"content":"b"}],"iErr":{"code":501,"message":"old"},"answers":[{"old":true}]}""",
                BatchOutcome.Of([(Job, Document()), (Job, Failed(429, "slow down", "Too many calls."))])),
            Line(3, null, """{"prompt":"x"}""", BatchOutcome.Of([(Job, Failed(null, "ambiguous", "The worker stopped."))])),
            Line(4, null, """{"prompt":"x"}""", BatchOutcome.Of([(Job, null)])),
            Line(5, null, """{"id":"bad","asks":[]}""", BatchOutcome.OfRejected("Line 5: asks: is empty.")),
            Line(6, null, "[1,2", BatchOutcome.OfRejected("Line 6: The row is not JSON.")),
            Line(7, null, null, BatchOutcome.OfRejected("Line 7: The row is longer than 1048576 bytes.")),
            Line(8, "gone", null, BatchOutcome.Of([(Job, Document())])),
            Line(9, "row-9", """{"id":"row-9"}""", BatchOutcome.Of([(Job, Document() with { Warnings = ["downloads[0] (chart.png) could not be saved: \"gone\"."] })])),
        ];

        rows.ShouldAllBe(row => row.IndexOf('\n', StringComparison.Ordinal) == row.Length - 1, "a row is a line");
        Golden.Match("Core/Results/Batching/Golden/output.jsonl", string.Concat(rows));
    }

    [Fact]
    public void A_row_with_a_name_that_is_no_text_is_told_by_its_line() =>
        Line(9, null, "{\"\\ud800\":1}", BatchOutcome.OfRejected("Line 9: …")).ShouldStartWith("{\"line\":9,\"iErr\":");

    [Fact]
    public void A_row_too_long_to_be_appended_points_at_its_jobs()
    {
        var long1 = Document() with { Response = JsonDocument.Parse($$"""{"contents":"{{new string('x', BatchOutputRow.MaxBytes)}}"}""").RootElement };

        JsonDocument.Parse(Line(1, "a", """{"id":"a"}""", BatchOutcome.Of([(Job, long1)]))).RootElement.GetProperty("iErr").GetProperty("code").GetInt32().ShouldBe(413);
    }

    [Fact]
    public void A_summary_looks_as_it_always_did()
    {
        var state = BatchState.Begin("orders/october", "\"0x1\"", null, At) with
        {
            IsRead = true,
            Rows = [new BatchRowState(9, 900, 1), new BatchRowState(10, 1000, 1) { Ended = true }],
            Succeeded = 5,
            Failed = 2,
            Kinds = new Dictionary<string, long> { ["rejected"] = 1, ["transient"] = 1 },
            Failures = [new BatchFailure(3, "row-3", "rejected", "Line 3: asks: is empty.")],
            Calls = 12,
            PossiblyBilled = 1,
        };

        var summary = BatchSummary.Of(state, "results/batches/orders/october.jsonl", At.AddSeconds(1.5));
        Golden.Match("Core/Results/Batching/Golden/summary.json", JsonSerializer.Serialize(summary, BatchSummaryJson.Readable.BatchSummary));
        JsonSerializer.Serialize(JsonSerializer.Deserialize(Golden.Read("Core/Results/Batching/Golden/summary.json"), BatchSummaryJson.Readable.BatchSummary)!, BatchSummaryJson.Readable.BatchSummary)
            .ShouldBe(JsonSerializer.Serialize(summary, BatchSummaryJson.Readable.BatchSummary));
        BatchSummary.Of(state with { EndedAt = At, IsStopped = true }, "", At).State.ShouldBe("stopped");
        BatchSummary.Of(state with { EndedAt = At }, "", At).State.ShouldBe("done");
    }

    [Fact]
    public void A_state_is_kept_as_it_always_was_and_read_back_whole()
    {
        var state = BatchState.Begin("a", "\"0x1\"", null, At) with
        {
            Offset = 1200,
            Line = 11,
            Rows = [new BatchRowState(9, 900, 2) { Id = "row-9", Hash = "hash", LookAt = At }, new BatchRowState(10, 1000, 0) { Ended = true, Problem = "Line 10: …" }],
            OutputVersion = "\"0x2\"",
            OutputLength = 5,
            WrittenAhead = 1,
            GatheredAt = At,
            Failed = 1,
            Kinds = new Dictionary<string, long> { ["rejected"] = 1 },
        };

        var json = JsonSerializer.Serialize(state, BatchJson.Default.BatchState);
        Golden.Match("Core/Results/Batching/Golden/state.json", json);
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, BatchJson.Default.BatchState)!, BatchJson.Default.BatchState).ShouldBe(json);
    }

    private static string Line(long line, string? id, string? row, BatchOutcome outcome) =>
        Encoding.UTF8.GetString(BatchOutputRow.Write(line, id, row is null ? null : Encoding.UTF8.GetBytes(row), outcome).Span);

    private static JobDocument Document() => new()
    {
        Id = Job.ToString(),
        State = "succeeded",
        Attempts = [new AttemptDocument(1, At, At, 200, null, null, false)],
        Response = JsonDocument.Parse("""
            {
              "created": 1, "message_id": "m1", "conversation_id": "c1", "end_turn": false, "contents": [{"message": {"n": 1.10}}],
              "downloads": ["https://files.example/a?rscd=attachment%3B%20filename%3Dchart.png"]
            }
            """).RootElement,
    };

    private static JobDocument Failed(int? status, string kind, string reason) => new()
    {
        Id = Job.ToString(),
        State = "failed",
        Kind = kind,
        Reason = reason,
        PossiblyBilled = 1,
        Attempts = [new AttemptDocument(1, At, At, 500, "transient", "x", false), new AttemptDocument(2, At, At, status, kind, reason, true)],
    };
}
