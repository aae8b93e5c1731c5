using System.Text.Json;
using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Jobs;
using SparrowFunctions.Jobs.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>Batches as their senders see them: a file in, its rows with their answers out.</summary>
public sealed class BatchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private Pipeline _pipeline = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite, ("Jobs__RetryDelay", "00:00:01"));

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task Rows_come_back_in_order_each_with_a_full_answer_for_every_ask()
    {
        var summary = await _pipeline.RunBatchAsync("in/2026/mixed",
            "\uFEFF" + """{"id":"row-1","asks":[{"id":"q1","content":"one"},{"id":"q2","content":"two"}],"answers":null,"extra":{"n":1.50},"mine":true}""" + "\r\n\r\n"
            + """{"id":"row-2","asks":[{"content":"three"}]}""" + "\n   \n"
            + """{"prompt":"four","metadata":{"a":1}}""");

        var rows = await _pipeline.OutputAsync("in/2026/mixed");
        rows.Select(row => row.TryGetProperty("id", out var id) ? id.GetString() : null).ShouldBe(["row-1", "row-2", null]);
        rows[0].GetProperty("extra").GetProperty("n").GetRawText().ShouldBe("1.50");
        rows[0].GetProperty("mine").GetBoolean().ShouldBeTrue();
        rows.Select(row => row.GetProperty("answers").GetArrayLength()).ShouldBe([2, 1, 1]);
        rows.ShouldAllBe(row => row.GetProperty("answers")[0].GetProperty("message_id").GetString()!.Length > 0);
        (summary.State, summary.Rows, summary.Succeeded, summary.Failed, summary.Calls, summary.UnderWay, summary.IsRead).ShouldBe(("done", 3, 3, 0, 4, 0, true));
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_that_holds_what_is_no_text_is_refused_and_the_rows_beside_it_are_answered()
    {
        var summary = await _pipeline.RunBatchAsync("torn", """{"prompt":"one","metadata":{"a":"cut \ud83d"}}""" + "\n" + """{"prompt":"two"}""");

        var rows = await _pipeline.OutputAsync("torn");
        rows[0].GetProperty("iErr").GetProperty("message").GetString().ShouldStartWith("Line 1: metadata.a: holds half of a surrogate pair");
        rows[1].GetProperty("answers").GetArrayLength().ShouldBe(1);
        (summary.Succeeded, summary.Failed).ShouldBe((1, 1));
    }

    [Fact]
    public async Task An_answer_is_given_back_however_deep_it_is_nested()
    {
        await _pipeline.FaultAsync(new { fault = new { status = 200, body = NestedAnswer.Of(levels: 512) } });

        await _pipeline.RunBatchAsync("deep", """{"prompt":"one"}""");

        (await _pipeline.OutputAsync("deep"))[0].GetProperty("answers")[0].GetProperty("message_id").GetString().ShouldBe("m");
    }

    [Fact]
    public async Task The_asks_of_a_row_are_turns_of_one_conversation()
    {
        await _pipeline.RunBatchAsync("talk", """{"id":"t","asks":[{"content":"one"},{"content":"two"},{"content":"three"}]}""");

        (await _pipeline.AskedAsync()).ShouldBe(["one", "two", "three"]);
        var answers = (await _pipeline.OutputAsync("talk"))[0].GetProperty("answers").EnumerateArray().ToArray();
        answers.Select(answer => answer.GetProperty("conversation_id").GetString()).Distinct().Count().ShouldBe(1);
        var calls = await _pipeline.CallsAsync();
        calls[2].GetProperty("parent_message_id").GetString().ShouldBe(answers[1].GetProperty("message_id").GetString());
    }

    [Fact]
    public async Task When_an_ask_fails_the_later_ones_are_not_paid_for_and_the_earlier_answers_are_kept()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, times = -1, fault = new { status = 409, body = "{\"detail\":\"no\"}" } });

        var summary = await _pipeline.RunBatchAsync("broken", """{"id":"b","asks":[{"content":"one"},{"content":"two"},{"content":"three"},{"content":"four"}]}""");

        (await _pipeline.AskedAsync()).ShouldBe(["one", "two"]);
        var row = (await _pipeline.OutputAsync("broken"))[0];
        row.GetProperty("answers").GetArrayLength().ShouldBe(1);
        row.GetProperty("iErr").GetProperty("code").GetInt32().ShouldBe(409);
        row.GetProperty("iErr").GetProperty("message").GetString()!.ShouldStartWith("Ask 2: ");
        (await _pipeline.JobAsync(row.GetProperty("iErr").GetProperty("job").GetString()!))!.State.ShouldBe(JobState.Failed);
        (summary.Failed, summary.Kinds["rejected"]).ShouldBe((1, 1));
        (await _pipeline.DeadLettersAsync()).Count.ShouldBe(1, "only the ask that failed has one");
    }

    [Fact]
    public async Task A_bad_row_fails_alone_with_its_line_its_field_and_what_to_do()
    {
        var summary = await _pipeline.RunBatchAsync("bad", string.Join('\n',
            """{"id":"1","asks":[{"content":"one"}]}""", "not json", """{"id":"3","asks":[{"content":"x","files":["missing.txt"]}]}""",
            """{"prompt":"x","callback":{"url":"https://example.com"}}""", """{"prompt":"x","files":["secret/a.txt"]}""", $$"""{"prompt":"{{new string('x', BatchLines.MaxLineBytes)}}"}""", """{"prompt":"last"}"""));

        var rows = await _pipeline.OutputAsync("bad");
        rows.Count.ShouldBe(7);
        Message(rows[1]).ShouldStartWith("Line 2: The row is not JSON");
        rows[1].GetProperty("line").GetInt32().ShouldBe(2);
        Message(rows[2]).ShouldStartWith("Line 3: asks[0].files[0]: blob batches/missing.txt does not exist. Write it before");
        Message(rows[4]).ShouldContain("names container secret, which prompts may not read.");
        Message(rows[5]).ShouldStartWith("Line 6: The row is longer than 1048576 bytes.");
        (summary.Succeeded, summary.Failed, summary.Kinds["rejected"]).ShouldBe((2, 5, 5));
        summary.Failures.Select(failure => failure.Line).ShouldBe([2, 3, 4, 5, 6]);
        (await _pipeline.AskedAsync()).ShouldBe(["one", "last"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_row_that_is_bad_all_over_is_told_of_in_short()
    {
        var asks = string.Join(',', Enumerable.Repeat($$"""{"content":"x","files":[{{string.Join(',', Enumerable.Range(0, 20).Select(n => $"\"missing-{n}.txt\""))}}]}""", 200));

        var before = _pipeline.Storage.Requests.Count;
        await _pipeline.RunBatchAsync("all-bad", $$"""{"id":"1","asks":[{{asks}}]}""");

        Message((await _pipeline.OutputAsync("all-bad"))[0]).Length.ShouldBeLessThan(1100);
        _pipeline.Storage.Requests.Skip(before).Count(request => request.Uri.AbsolutePath.Contains("/missing-", StringComparison.Ordinal)).ShouldBe(20, "no more is looked for than is told of");
    }

    [Fact]
    public async Task Files_of_a_row_are_found_beside_the_batch_and_attached()
    {
        await _pipeline.PutBlobAsync("batches/in/pics/a.txt", "a");
        await _pipeline.PutBlobAsync("payloads/b.txt", "b");

        await _pipeline.RunBatchAsync("in/files", """{"asks":[{"content":"look","image":"pics/a.txt","files":["payloads/b.txt"]}]}""" + "\n" + """{"prompt":"p","files":["batches/in/pics/a.txt"]}""");

        (await _pipeline.OutputAsync("in/files")).ShouldAllBe(row => row.GetProperty("answers").GetArrayLength() == 1);
        (await _pipeline.CallsAsync("upload")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Generated_files_are_told_with_where_they_came_from_and_where_they_lie()
    {
        await _pipeline.AnswerAsync(new { promptContains = "chart", text = "Here.", files = new[] { new { name = "chart.png", contentType = "image/png", base64 = "iVBORw0K" } } });

        await _pipeline.RunBatchAsync("charts", """{"id":"c","asks":[{"content":"chart"}]}""");

        var answer = (await _pipeline.OutputAsync("charts"))[0].GetProperty("answers")[0];
        var file = answer.GetProperty("spec_downloads")[0];
        file.GetProperty("origin").GetString().ShouldBe(answer.GetProperty("downloads")[0].GetString());
        var local = file.GetProperty("local").GetString()!;
        (await _pipeline.BlobAsync("results", local["results/".Length..])).Length.ShouldBe(6);
    }

    [Fact]
    public async Task A_generated_file_that_could_not_be_had_is_a_warning_beside_its_answer()
    {
        await _pipeline.AnswerAsync(new { promptContains = "chart", text = "Here.", files = new[] { new { name = "chart.png", contentType = "image/png", base64 = "iVBORw0K" } } });
        await _pipeline.FaultAsync(new { match = new { route = "download" }, times = -1, fault = new { status = 403 } });

        (await _pipeline.RunBatchAsync("no-chart", """{"id":"c","asks":[{"content":"chart"}]}""")).Succeeded.ShouldBe(1);

        var answer = (await _pipeline.OutputAsync("no-chart"))[0].GetProperty("answers")[0];
        answer.TryGetProperty("spec_downloads", out _).ShouldBeFalse();
        answer.GetProperty("spec_warnings").EnumerateArray().ShouldHaveSingleItem().GetString()!.ShouldStartWith("downloads[0] (chart.png) could not be saved:");
    }

    [Fact]
    public async Task An_empty_batch_is_done_with_an_empty_output()
    {
        var summary = await _pipeline.RunBatchAsync("empty", "\n\n");

        (summary.State, summary.Rows).ShouldBe(("done", 0));
        (await _pipeline.OutputAsync("empty")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Dropped_again_only_what_failed_is_asked_again()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, times = 1, fault = new { status = 409 } });
        const string Rows = """{"id":"a","asks":[{"content":"one"}]}""" + "\n" + """{"id":"b","asks":[{"content":"zero"},{"content":"two"},{"content":"three"},{"content":"four"}]}""";
        (await _pipeline.RunBatchAsync("again", Rows)).Failed.ShouldBe(1);

        var summary = await _pipeline.RunBatchAsync("again", Rows);

        (summary.Succeeded, summary.Failed).ShouldBe((2, 0));
        (await _pipeline.AskedAsync()).Select(Last).ShouldBe(["one", "zero", "two", "two", "three", "four"], ignoreOrder: true);
        (await _pipeline.OutputAsync("again"))[1].GetProperty("answers").GetArrayLength().ShouldBe(4);
    }

    [Fact]
    public async Task Dropped_again_when_its_state_has_expired_it_has_a_summary_of_its_own_and_pays_nothing_twice()
    {
        await _pipeline.RunBatchAsync("old", Rows(1, 70));
        await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").DeleteBlobAsync($"batches/{PipelineBatches.Name("old").Hash}/state.json", cancellationToken: Cancel);

        var summary = await _pipeline.RunBatchAsync("old", Rows(69, 71));

        (summary.State, summary.Rows, summary.Succeeded).ShouldBe(("done", 3, 3));
        (await _pipeline.AskedAsync()).Count.ShouldBe(71);
    }

    [Fact]
    public async Task A_row_that_fails_again_is_tried_once_a_drop()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "two" }, times = -1, fault = new { status = 409 } });
        const string Rows = """{"id":"b","asks":[{"content":"two"},{"content":"three"}]}""";
        await _pipeline.RunBatchAsync("stubborn", Rows);

        var summary = await _pipeline.RunBatchAsync("stubborn", Rows);

        summary.Failed.ShouldBe(1);
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_changed_file_under_the_same_name_asks_only_its_changed_rows_wherever_the_others_have_moved()
    {
        await _pipeline.RunBatchAsync("edited", """{"id":"a","asks":[{"content":"one"}]}""" + "\n" + """{"id":"b","asks":[{"content":"two"}]}""");

        await _pipeline.RunBatchAsync("edited", """{"id":"c","asks":[{"content":"new"}]}""" + "\n" + """{"id":"b","asks":[{"content":"changed"}]}""" + "\n" + """{"id":"a","asks":[{"content":"one"}]}""");

        (await _pipeline.AskedAsync()).ShouldBe(["one", "two", "new", "changed"], ignoreOrder: true);
        (await _pipeline.OutputAsync("edited")).Select(row => row.GetProperty("id").GetString()).ShouldBe(["c", "b", "a"]);
    }

    [Fact]
    public async Task A_file_written_anew_while_its_batch_runs_begins_anew_and_pays_nothing_twice()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));
        await pipeline.DropAsync("rewritten", Rows(1, 9));
        for (var n = 0; n < 6; n++)
            await pipeline.DeliverNextAsync(static message => message.Watch is null);

        // The event of the new version is late: the run finds out by itself
        await pipeline.PutBlobAsync("batches/rewritten.jsonl", Rows(3, 12));
        var summary = await pipeline.RunBatchAsync("rewritten");

        summary.Succeeded.ShouldBe(10);
        (await pipeline.OutputAsync("rewritten")).Select(row => row.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(3, 10).Select(n => $"r{n}"));
        (await pipeline.AskedAsync()).ShouldBeUnique();
    }

    [Fact]
    public async Task A_file_deleted_while_its_batch_runs_stops_it_and_what_is_under_way_comes_to_its_end()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));
        await pipeline.DropAsync("deleted", Rows(1, 20));
        await pipeline.DeliverNextAsync(static message => message.Batch is not null);

        await pipeline.Account.Blobs.GetBlobContainerClient("batches").DeleteBlobAsync("deleted.jsonl", cancellationToken: Cancel);
        var summary = await pipeline.RunBatchAsync("deleted");

        (summary.State, summary.Succeeded, summary.IsRead).ShouldBe(("stopped", 3, false));
        (await pipeline.OutputAsync("deleted")).Select(row => row.GetProperty("id").GetString()).ShouldBe(["r1", "r2", "r3"]);
        (await pipeline.CallsAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Doubled_messages_and_events_change_nothing()
    {
        await _pipeline.DropAsync("doubled", Rows(1, 60));
        await _pipeline.Get<Batches>().OnDroppedAsync("doubled", Cancel);
        while (await _pipeline.SummaryAsync("doubled") is not { EndedAt: not null })
        {
            var sent = _pipeline.Work.TakeNext(static message => message.Watch is null).ShouldNotBeNull();
            await _pipeline.DeliverAsync(sent);
            if (sent.Message.Batch is not null)
                await _pipeline.DeliverAsync(sent);
        }

        await _pipeline.Get<Batches>().OnDroppedAsync("doubled", Cancel);
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(3), static message => message.Watch is null);

        (await _pipeline.OutputAsync("doubled")).Select(row => row.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(1, 60).Select(n => $"r{n}"));
        (await _pipeline.AskedAsync()).Count.ShouldBe(60);
        _pipeline.Work.TakeNext(static message => message.Batch is not null).ShouldBeNull("messages of a batch that is done do not go on");
    }

    [Fact]
    public async Task A_batch_whose_message_was_lost_goes_on_when_its_file_is_told_of_again()
    {
        await _pipeline.DropAsync("lost", Rows(1, 3));
        while (_pipeline.Work.TakeNext(static message => message.Batch is not null) is not null)
        {
            // Lost
        }

        await _pipeline.Get<Batches>().OnDroppedAsync("lost", Cancel);

        (await _pipeline.RunBatchAsync("lost")).Succeeded.ShouldBe(3);
    }

    [Fact]
    public async Task A_poisoned_message_of_a_batch_is_sent_again()
    {
        await _pipeline.DropAsync("poisoned", Rows(1, 3));
        var sent = _pipeline.Work.TakeNext(static message => message.Batch is not null)!;

        await _pipeline.Deliveries.OnPoisonAsync(sent.Delivery, "work", Cancel);

        (await _pipeline.RunBatchAsync("poisoned")).Succeeded.ShouldBe(3);
        (await _pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_a_window_of_rows_is_under_way_and_progress_shows()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "4"));
        await pipeline.DropAsync("window", Rows(1, 30));
        await pipeline.DeliverNextAsync(static message => message.Batch is not null);

        var first = (await pipeline.SummaryAsync("window"))!;
        (first.State, first.Rows, first.UnderWay, first.IsRead).ShouldBe(("running", 6, 6, false));
        pipeline.Work.All.Count(sent => sent.Message.JobId is not null).ShouldBe(6);
        (await pipeline.RunBatchAsync("window")).Succeeded.ShouldBe(30);
    }

    [Fact]
    public async Task A_row_that_takes_long_holds_back_the_output_and_not_the_other_rows()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));
        await pipeline.FaultAsync(new { match = new { promptContains = "ask 1." }, times = 3, fault = new { status = 500 } });
        await pipeline.DropAsync("slow", Rows(1, 12));
        while ((await pipeline.CallsAsync()).Count < 12)
            await pipeline.DeliverNextAsync(static message => message.Watch is null);

        (await pipeline.SummaryAsync("slow"))!.Succeeded.ShouldBe(0);
        (await pipeline.RunBatchAsync("slow")).Succeeded.ShouldBe(12);
        (await pipeline.OutputAsync("slow")).Select(row => row.GetProperty("id").GetString()).ShouldBe(Enumerable.Range(1, 12).Select(n => $"r{n}"));
    }

    [Fact]
    public async Task An_end_that_nobody_was_told_of_is_found_all_the_same()
    {
        _pipeline.Storage.Before = request => request.Uri.AbsolutePath.EndsWith("ended.txt", StringComparison.Ordinal) && request.Method == "PUT" && request.Uri.Query.Contains("appendblock")
            ? _pipeline.Account.Blobs.GetBlobContainerClient("payloads").DeleteBlobIfExistsAsync($"batches/{PipelineBatches.Name("untold").Hash}/ended.txt", cancellationToken: Cancel)
            : Task.CompletedTask;

        (await _pipeline.RunBatchAsync("untold", Rows(1, 3))).Succeeded.ShouldBe(3);
    }

    [Fact]
    public async Task An_output_that_was_taken_away_is_made_again_without_another_call()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "32"));
        await pipeline.DropAsync("taken", Rows(1, 60));
        while (!await pipeline.HasResultAsync("batches/taken.jsonl"))
            await pipeline.DeliverNextAsync(static message => message.Watch is null);

        await pipeline.Account.Blobs.GetBlobContainerClient("results").DeleteBlobAsync("batches/taken.jsonl", cancellationToken: Cancel);

        (await pipeline.RunBatchAsync("taken")).Succeeded.ShouldBe(60);
        (await pipeline.OutputAsync("taken")).Count.ShouldBe(60);
        (await pipeline.AskedAsync()).Count.ShouldBe(60);
    }

    [Fact]
    public async Task An_output_that_takes_no_more_ends_its_batch_which_says_from_which_line_on_rows_are_missing()
    {
        await using var pipeline = await Pipeline.StartAsync(azurite, ("Sparrow__MaxConcurrency__Standard", "2"));
        await pipeline.DropAsync("full", Rows(1, 40));
        while (await pipeline.SummaryAsync("full") is not { Succeeded: > 0 })
            await pipeline.DeliverNextAsync(static message => message.Watch is null);
        pipeline.Storage.Before = request => request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal) && request.Uri.AbsolutePath.EndsWith("/full.jsonl", StringComparison.Ordinal)
            ? throw new Azure.RequestFailedException(409, "Full.", "BlockCountExceedsLimit", null)
            : Task.CompletedTask;

        var summary = await pipeline.RunBatchAsync("full");

        var rows = (await pipeline.OutputAsync("full")).Count;
        var calls = (await pipeline.CallsAsync()).Count;
        calls.ShouldBeInRange(rows + 1, 39, "what was under way came to its end, and no more was taken in");
        (summary.State, summary.IsRead, summary.Succeeded, summary.Calls).ShouldBe(("stopped", false, calls, calls));
        summary.Reason.ShouldStartWith($"The output takes no more: a blob has room for 50000 appends. Rows from line {rows + 1} on are not in it;");
    }

    [Fact]
    public async Task A_result_that_is_gone_is_told_and_nothing_else_of_the_batch_is_harmed()
    {
        await _pipeline.RunBatchAsync("kept", Rows(1, 2));
        var job = (await JobsAsync())[0];
        await _pipeline.Account.Blobs.GetBlobContainerClient("results").DeleteBlobAsync($"{job}/result.json", cancellationToken: Cancel);

        var summary = await _pipeline.RunBatchAsync("kept", Rows(1, 2));

        (summary.Succeeded, summary.Failed).ShouldBe((1, 1));
        summary.Failures[0].Reason.ShouldContain("no longer in container results");
        (await _pipeline.CallsAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_row_twice_is_asked_once_and_stands_in_the_output_twice()
    {
        const string Row = """{"id":"twin","asks":[{"content":"one"}]}""";

        (await _pipeline.RunBatchAsync("twins", Row + "\n" + Row)).Succeeded.ShouldBe(2);

        (await _pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _pipeline.OutputAsync("twins")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_name_that_can_lead_elsewhere_is_a_dead_letter()
    {
        await _pipeline.Get<Batches>().OnDroppedAsync("a/../b", Cancel);

        (await _pipeline.DeadLettersAsync()).ShouldHaveSingleItem().GetString("Reason").ShouldContain("Drop it under another name.");
    }

    [Fact]
    public async Task A_failed_row_has_a_dead_letter_that_can_be_sent_again()
    {
        await _pipeline.FaultAsync(new { match = new { promptContains = "ask 1." }, times = 1, fault = new { status = 409 } });
        await _pipeline.RunBatchAsync("letter", Rows(1, 1));

        (await _pipeline.Get<Redrive>().AllAsync(null, Cancel)).ShouldBe(1);
        var job = (await JobsAsync()).ShouldHaveSingleItem();

        (await _pipeline.RunUntilEndedAsync(job)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task A_coordinator_that_slept_through_a_new_run_does_not_bring_the_old_one_back()
    {
        await _pipeline.DropAsync("slept", Rows(1, 3));
        var asleep = new TaskCompletionSource();
        var awake = new TaskCompletionSource();
        _pipeline.Storage.Before = request =>
        {
            if (request.Method != "PUT" || !request.Uri.AbsolutePath.EndsWith("state.json", StringComparison.Ordinal))
                return Task.CompletedTask;
            asleep.TrySetResult();
            return awake.Task;
        };
        var sleeper = _pipeline.DeliverNextAsync(static message => message.Batch is not null);
        await asleep.Task;
        _pipeline.Storage.Before = null;

        (await _pipeline.RunBatchAsync("slept", Rows(2, 5))).Succeeded.ShouldBe(4);
        awake.SetResult();
        await sleeper;

        var state = (await _pipeline.Get<BatchStates>().FindAsync(PipelineBatches.Name("slept"), Cancel))!;
        state.EndedAt.ShouldNotBeNull();
        await _pipeline.RunForAsync(TimeSpan.FromMinutes(2), static message => message.Watch is null);
        (await _pipeline.OutputAsync("slept")).Select(row => row.GetProperty("id").GetString()).ShouldBe(["r2", "r3", "r4", "r5"]);
        (await _pipeline.AskedAsync()).ShouldBeUnique();
    }

    [Fact]
    public async Task A_row_costs_few_operations_more_than_a_prompt()
    {
        const int Many = 48;
        await _pipeline.RunAsync("the first prompt of a worker costs more");
        var start = _pipeline.Storage.Requests.Count;
        for (var n = 0; n < Many; n++)
            await _pipeline.RunAsync($"prompt {n}");
        var prompts = _pipeline.Storage.Requests.Count - start;

        await _pipeline.RunBatchAsync("cost", Rows(1, Many));
        var rows = _pipeline.Storage.Requests.Count - start - prompts;

        // Its message, the look when that comes, a claim apart from the ledger's first write, the note of its end, the look at it, its result: six.
        // The rest is its share of the steps, of which there are many while one job runs at a time.
        (((double)(rows - prompts)) / Many).ShouldBeInRange(6, 11, $"{prompts} for prompts, {rows} for rows");
    }

    private static string Rows(int from, int to) =>
        string.Join('\n', Enumerable.Range(from, to - from + 1).Select(n => $$"""{"id":"r{{n}}","asks":[{"content":"ask {{n}}."}]}"""));

    private static string Message(JsonElement row) => row.GetProperty("iErr").GetProperty("message").GetString()!;

    // A rebuilt conversation may quote what was said before
    private static string? Last(string? prompt) => prompt?.Split('\n', ' ')[^1];

    private async Task<IReadOnlyList<string>> JobsAsync()
    {
        var jobs = new List<string>();
        await foreach (var row in _pipeline.Account.Tables.GetTableClient("jobs").QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancel))
        {
            if (JobId.TryParse(row.RowKey, out var id) && BatchJobId.TryParse(id, out _))
                jobs.Add(row.RowKey);
        }

        return [.. jobs.Order(StringComparer.Ordinal)];
    }
}
