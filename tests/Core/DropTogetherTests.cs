using SparrowFunctions.Intake.Dropped;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core;

/// <summary>Files that belong together: one job for a folder, begun by its marker.</summary>
public sealed class DropTogetherTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private DropFixture _drop = null!;

    private Pipeline Pipeline => _drop.Pipeline;

    public async ValueTask InitializeAsync()
    {
        _drop = await DropFixture.StartAsync(azurite);
        await _drop.PutAsync("cases/_prompt.md", "---\ntogether: true\n---\nCompare them.");
    }

    public ValueTask DisposeAsync() => _drop.DisposeAsync();

    [Fact]
    public async Task Nothing_of_a_folder_starts_without_its_marker()
    {
        await _drop.DropAsync("cases/17/a.txt");
        await _drop.DropAsync("cases/17/b.txt");

        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await _drop.OutcomesAsync()).ShouldBeEmpty();
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_marker_makes_one_job_of_all_files_and_the_outcome_lies_beside_the_folder()
    {
        await _drop.DropAsync("cases/17/b.txt");
        await _drop.DropAsync("cases/17/a.txt");
        await _drop.DropAsync("cases/17/sub/c.txt");
        await _drop.PutAsync("cases/17/_notes.txt");
        await _drop.PutAsync("cases/18/other.txt");

        var id = await _drop.DropAsync("cases/17/_ready", "");

        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
        (await Pipeline.JobAsync(id))!.Accepted.Files.Select(file => file.Path.Path).ShouldBe(["cases/17/a.txt", "cases/17/b.txt", "cases/17/sub/c.txt"]);
        (await _drop.DocumentAsync("cases/17")).GetProperty("id").GetString().ShouldBe(id);
        (await _drop.PageAsync("cases/17")).ShouldContain("\"Compare them.\"");
        (await _drop.OutcomesAsync()).ShouldBe(["drop/cases/17.json", "drop/cases/17.md"]);
    }

    [Fact]
    public async Task A_file_with_a_nearer_prompt_is_analysed_by_itself()
    {
        await _drop.PutAsync("cases/17/single/_prompt.md", "Alone.");
        await _drop.DropAsync("cases/17/a.txt");
        await _drop.DropAsync("cases/17/single/b.txt");

        var id = await _drop.DropAsync("cases/17/_ready");

        (await Pipeline.CallsAsync()).Count.ShouldBe(2);
        (await _drop.PageAsync("cases/17/single/b.txt")).ShouldContain("\"Alone.\"");
        (await Pipeline.JobAsync(id))!.Accepted.Files.ShouldHaveSingleItem().Path.Path.ShouldBe("cases/17/a.txt");
    }

    [Fact]
    public async Task The_marker_seen_twice_makes_one_call()
    {
        await _drop.PutAsync("cases/17/a.txt");
        await _drop.DropAsync("cases/17/_ready");
        await _drop.LookAsync("cases/17/_ready");

        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_marker_written_again_has_the_folder_analysed_again_as_it_is_then()
    {
        await _drop.PutAsync("cases/17/a.txt");
        var first = await _drop.DropAsync("cases/17/_ready");
        await _drop.PutAsync("cases/17/b.txt");

        var second = await _drop.DropAsync("cases/17/_ready");

        second.ShouldNotBe(first);
        (await Pipeline.CallsAsync()).Count.ShouldBe(2);
        (await Pipeline.JobAsync(second))!.Accepted.Files.Count.ShouldBe(2);
        (await _drop.DocumentAsync("cases/17")).GetProperty("id").GetString().ShouldBe(second);
    }

    [Fact]
    public async Task A_marked_folder_without_files_is_told_beside_it()
    {
        await _drop.DropAsync("cases/17/_ready");

        await ShouldBeRefusedAsync("cases/17", "The folder was marked ready, but holds no file to analyse.");
    }

    [Fact]
    public async Task A_folder_of_too_many_files_is_told_beside_it()
    {
        for (var n = 0; n < 21; n++)
            await _drop.PutAsync($"cases/17/{n}.txt");
        await _drop.DropAsync("cases/17/_ready");

        await ShouldBeRefusedAsync("cases/17", "The folder holds 21 files that belong together; at most 20 are taken at once.");
    }

    [Fact]
    public async Task A_folder_with_an_empty_file_is_told_beside_it()
    {
        await _drop.PutAsync("cases/17/a.txt");
        await _drop.PutAsync("cases/17/b.txt", "");
        await _drop.DropAsync("cases/17/_ready");

        await ShouldBeRefusedAsync("cases/17", "drop/cases/17/b.txt is empty.");
    }

    [Fact]
    public async Task A_file_overwritten_before_the_job_read_it_fails_the_job_which_says_so_beside_the_folder()
    {
        await _drop.PutAsync("later/_prompt.md", $"---\ntogether: true\nnotBefore: {Pipeline.Time.GetUtcNow().AddHours(1):O}\n---\nCompare.");
        await _drop.PutAsync("later/a.txt");
        var id = await _drop.DropAsync("later/_ready");
        await _drop.PutAsync("later/a.txt", "changed");

        await Pipeline.RunUntilEndedAsync(id);

        var page = await _drop.PageAsync("later");
        page.ShouldStartWith("# later/ was not analysed");
        page.ShouldContain("Blob drop/later/a.txt changed after the prompt was taken in.");
        page.ShouldContain("write _ready again");
    }

    [Fact]
    public async Task A_marker_where_nothing_says_that_files_belong_together_starts_nothing()
    {
        await _drop.DropAsync("singles/a.txt");

        await _drop.DropAsync("singles/_ready");

        (await Pipeline.CallsAsync()).Count.ShouldBe(1);
        (await _drop.OutcomesAsync()).ShouldBe(["drop/singles/a.txt.json", "drop/singles/a.txt.md"]);
        (await Pipeline.DeadLettersAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_top_folder_can_belong_together_too()
    {
        await _drop.PutAsync("_prompt.md", "---\ntogether: true\n---\nAll.");
        await _drop.DropAsync("a.txt");
        await _drop.DropAsync("_ready");

        (await _drop.PageAsync("_ready")).ShouldContain("\"All.\"");
    }

    private async Task ShouldBeRefusedAsync(string outcome, string reason)
    {
        (await Pipeline.CallsAsync()).ShouldBeEmpty();
        (await _drop.PageAsync(outcome)).ShouldContain(reason);
        (await _drop.DocumentAsync(outcome)).GetProperty("state").GetString().ShouldBe("failed");
        var letter = (await Pipeline.DeadLettersAsync()).ShouldHaveSingleItem();
        letter.GetString("Reason").ShouldStartWith(reason);
        DropEvent.Read(letter.GetString("Original")).ShouldNotBeNull().Name.ShouldBe($"{outcome}/_ready");
    }
}
