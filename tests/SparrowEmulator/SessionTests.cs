using Microsoft.Extensions.Time.Testing;

namespace SparrowFunctions.Tests.Emulator;

public sealed class SessionTests
{
    [Fact]
    public async Task A_conversation_goes_on_by_its_ids()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var first = await sparrow.ChatAsync(new { message = "one" });
        var second = await sparrow.GoOnAsync(first, "two");
        var third = await sparrow.GoOnAsync(second, "three");

        third.Status.ShouldBe(200, third.Text);
        third.ConversationId.ShouldBe(first.ConversationId);
        var call = (await sparrow.CallsAsync())[2];
        call.GetProperty("conversation_id").GetString().ShouldBe(first.ConversationId);
        call.GetProperty("parent_message_id").GetString().ShouldBe(second.MessageId);
    }

    [Fact]
    public async Task A_conversation_is_forgotten_after_its_hold_and_each_turn_begins_the_hold_anew()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        var turn = await sparrow.ChatAsync(new { message = "one" });
        time.Advance(TimeSpan.FromSeconds(180));
        turn = await sparrow.GoOnAsync(turn, "two");
        turn.Status.ShouldBe(200, turn.Text);
        time.Advance(TimeSpan.FromSeconds(180));
        turn = await sparrow.GoOnAsync(turn, "three");
        turn.Status.ShouldBe(200, turn.Text);

        time.Advance(TimeSpan.FromSeconds(180.001));
        var late = await sparrow.GoOnAsync(turn, "four");

        late.Status.ShouldBe(404);
        late.Detail.ShouldContain($"Conversation {turn.ConversationId} has expired");
        (await sparrow.UploadAsync([1], "a.bin", turn.ConversationId)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_clock_can_run_faster()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        await sparrow.SetAsync("""{"clockScale":60,"holdSeconds":300}""");
        var turn = await sparrow.ChatAsync(new { message = "one" });
        time.Advance(TimeSpan.FromSeconds(5));
        turn = await sparrow.GoOnAsync(turn, "two");
        turn.Status.ShouldBe(200, turn.Text);

        time.Advance(TimeSpan.FromSeconds(5.1));

        (await sparrow.GoOnAsync(turn, "three")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_change_of_the_clocks_pace_does_not_make_time_jump()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        time.Advance(TimeSpan.FromHours(1));
        var turn = await sparrow.ChatAsync(new { message = "one" });

        await sparrow.SetAsync("""{"clockScale":1000}""");

        (await sparrow.GoOnAsync(turn, "two")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_uploads_place_is_under_the_hold_too()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        var upload = await sparrow.UploadAsync([1], "a.bin");
        time.Advance(TimeSpan.FromSeconds(181));

        var late = await sparrow.ChatAsync(new { message = "x", conversation_id = upload.ConversationId, attachments = new[] { upload.Json.GetProperty("attachment") } });

        late.Status.ShouldBe(404);
        late.Detail.ShouldContain(upload.ConversationId);
    }

    [Fact]
    public async Task An_unknown_conversation_is_404()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var answer = await sparrow.ChatAsync(new { message = "x", conversation_id = "111a6011-1147-4166-beba-8f9e18ce96bd", parent_message_id = "y" });
        answer.Status.ShouldBe(404);
        answer.Detail.ShouldContain("111a6011-1147-4166-beba-8f9e18ce96bd is not known");
    }

    [Fact]
    public async Task A_parent_that_is_missing_or_wrong_is_409()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var turn = await sparrow.ChatAsync(new { message = "one" });
        var other = await sparrow.ChatAsync(new { message = "one" });

        var missing = await sparrow.ChatAsync(new { message = "two", conversation_id = turn.ConversationId });
        var wrong = await sparrow.ChatAsync(new { message = "two", conversation_id = turn.ConversationId, parent_message_id = other.MessageId });

        missing.Status.ShouldBe(409);
        missing.Detail.ShouldStartWith("parent_message_id is missing");
        wrong.Status.ShouldBe(409);
        wrong.Detail.ShouldStartWith($"parent_message_id {other.MessageId}");
        (await sparrow.ChatAsync(new { message = "new", parent_message_id = "random" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_older_answer_may_be_gone_on_from_unless_the_setting_says_no()
    {
        await using var sparrow = await EmulatorDriver.StartAsync();
        var first = await sparrow.ChatAsync(new { message = "one" });
        await sparrow.GoOnAsync(first, "two");

        (await sparrow.GoOnAsync(first, "two again")).Status.ShouldBe(200);
        await sparrow.SetAsync("""{"parents":"last"}""");
        (await sparrow.GoOnAsync(first, "two once more")).Status.ShouldBe(409);
    }

    [Fact]
    public async Task A_second_message_while_the_first_is_answered_is_409()
    {
        var time = new FakeTimeProvider();
        await using var sparrow = await EmulatorDriver.StartAsync(time);
        var turn = await sparrow.ChatAsync(new { message = "one" });
        await sparrow.SetAsync("""{"latencyMs":600000}""");
        var running = sparrow.GoOnAsync(turn, "slow");
        await sparrow.CallsWhenAsync(calls => calls.Length == 2 && calls[1].GetProperty("prompt").GetString() == "slow");

        var second = await sparrow.GoOnAsync(turn, "fast");
        second.Status.ShouldBe(409);
        second.Detail.ShouldStartWith("Only one message at a time");

        await EmulatorDriver.AdvanceUntilAsync(time, TimeSpan.FromMinutes(10), running);
        (await running).Status.ShouldBe(200);
    }
}
