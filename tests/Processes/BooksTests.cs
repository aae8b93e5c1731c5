using SparrowFunctions.Tests.Processes.Drivers;

namespace SparrowFunctions.Tests.Processes;

/// <summary>The judge itself: each kind of damage is seen.</summary>
public sealed class BooksTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly Books _sound = new(
        ["a", "b"],
        [Call(1, "a"), Call(2, "b"), Call(3, "b"), Call(4, "b") with { Billed = false, Status = 503 }],
        new Dictionary<string, Outcome> { ["a"] = Succeeded("a"), ["b"] = Succeeded("b") with { PossiblyBilled = 1 } },
        new Dictionary<string, string> { ["a"] = "succeeded", ["b"] = "succeeded" },
        new HashSet<string>(),
        [SilentAt(2.5), SilentAt(5.5)]);

    [Fact]
    public void A_repeated_call_that_is_on_record_is_sound() => _sound.Problems().ShouldBeEmpty();

    [Fact]
    public void A_call_repeated_in_silence_is_seen() =>
        Problem(_sound with { Calls = [.. _sound.Calls, Call(5, "a")] }).ShouldBe("a: 2 calls were billed, 1 are on record (succeeded).");

    [Fact]
    public void A_call_repeated_although_every_host_was_well_is_seen() =>
        Problem(_sound with { Silences = [SilentAt(30)] }).ShouldBe("b: 1 calls were billed for nothing while every host was well.");

    [Fact]
    public void A_call_that_never_ended_may_have_been_cut_off_at_any_time() =>
        (_sound with { Calls = [Call(1, "a"), Call(2, "b") with { Ended = null }, Call(3, "b")], Silences = [SilentAt(30)] }).Problems().ShouldBeEmpty();

    [Fact]
    public void A_lost_prompt_is_seen() => Problem(_sound with { Sent = ["a", "b", "c"] }).ShouldBe("c: lost, the ledger has no row.");

    [Fact]
    public void A_job_that_never_ended_is_seen() =>
        Problem(_sound with { Sent = ["a", "b", "c"], States = With(_sound.States, "c", "running") }).ShouldBe("c: has no result and is running.");

    [Fact]
    public void A_job_held_for_a_decision_has_a_result_too() =>
        Problem(_sound with { Sent = ["a", "b", "c"], States = With(_sound.States, "c", "unknown") }).ShouldBe("c: has no result and is unknown.");

    [Fact]
    public void Result_and_ledger_that_differ_are_seen() =>
        Problem(_sound with { States = With(_sound.States, "a", "running") }).ShouldContain("result.json says succeeded, the ledger running");

    [Fact]
    public void A_failure_whose_paid_calls_are_not_all_on_record_is_seen() =>
        Problem(FailedB() with { Calls = [.. _sound.Calls, Call(5, "b")] }).ShouldBe("b: 3 calls were billed, 2 are on record (failed).");

    [Fact]
    public void A_failure_without_dead_letter_is_seen() => Problem(FailedB() with { DeadLetters = new HashSet<string>() }).ShouldBe("b: failed without a dead letter.");

    [Fact]
    public void An_answer_to_another_prompt_is_seen() =>
        Problem(_sound with { Outcomes = With(_sound.Outcomes, "a", Succeeded("a") with { Answer = Succeeded("b").Answer }) }).ShouldContain("another prompt's");

    [Fact]
    public void A_success_without_any_call_is_seen() =>
        Problem(_sound with { Calls = [.. _sound.Calls.Skip(1)] }).ShouldBe("a: succeeded without any call answered.");

    [Fact]
    public void A_call_for_nobody_is_seen() =>
        Problem(_sound with { Calls = [.. _sound.Calls, Call(5, "z")] }).ShouldBe("1 calls belong to no job that was sent (z).");

    [Fact]
    public void A_request_that_never_arrived_whole_is_nobody_s_and_sound() =>
        (_sound with { Calls = [.. _sound.Calls, CutOff(5)] }).Problems().ShouldBeEmpty();

    [Fact]
    public void A_request_that_never_arrived_whole_and_was_billed_all_the_same_is_seen() =>
        Problem(_sound with { Calls = [.. _sound.Calls, CutOff(5) with { Billed = true }] }).ShouldBe("1 calls belong to no job that was sent ().");

    [Fact]
    public void A_dead_letter_of_a_job_that_succeeded_is_seen() =>
        Problem(_sound with { DeadLetters = new HashSet<string> { "a" } }).ShouldBe("a: a dead letter of a job that has not failed.");

    private static string Problem(Books books) => books.Problems().ShouldHaveSingleItem();

    private static SeenCall Call(int number, string id) =>
        new(number, "chat", PromptMark.Text(id), Noon.AddSeconds(number), Noon.AddSeconds(number + 1), 200, Billed: true);

    private static Silence SilentAt(double seconds) => new(Noon.AddSeconds(seconds), Noon.AddSeconds(seconds + 0.1));

    private static SeenCall CutOff(int number) => Call(number, "") with { Prompt = null, Status = null, Billed = false };

    private static Outcome Succeeded(string id) =>
        new(id, "succeeded", null, null, 0, $"You said: \"{PromptMark.Text(id)}\"", Rebuilt: false, ConversationId: null);

    private static Dictionary<string, T> With<T>(IReadOnlyDictionary<string, T> all, string id, T value) => new(all) { [id] = value };

    private Books FailedB() => _sound with
    {
        Outcomes = With(_sound.Outcomes, "b", new Outcome("b", "failed", "ambiguous", "The worker stopped.", 2, null, Rebuilt: false, ConversationId: null)),
        States = With(_sound.States, "b", "failed"),
        DeadLetters = new HashSet<string> { "b" },
    };
}
