using SparrowFunctions.Intake;
using SparrowFunctions.Intake.Batching;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Intake.Batching;

public sealed class BatchJobIdTests
{
    private static readonly AcceptedPrompt Hello = new(new Prompt { Text = "Hello" }, null, []);

    [Fact]
    public void The_id_of_a_row_never_changes_or_batches_dropped_again_would_be_paid_again()
    {
        var id = new BatchJobId(PipelineBatches.Name("orders/october").Hash, BatchJobId.RowHash("row-1", 7, [Hello]), 1, 2).ToString();

        id.ShouldBe("batch-e4dc4d9c1c845537-bf7fee4cddeb017349f0fb1f-1of2");
    }

    [Fact]
    public void An_id_is_read_back()
    {
        var ask = new BatchJobId(PipelineBatches.Name("a").Hash, BatchJobId.RowHash(null, 1, [Hello]), 2, 3);

        BatchJobId.TryParse(ask.ToJobId(), out var read).ShouldBeTrue();
        read.ShouldBe(ask);
        read.Before.ToString().ShouldEndWith("-1of3");
    }

    [Theory]
    [InlineData("order-7")]
    [InlineData("batch-1")]
    [InlineData("batch-0123456789abcdef-0123456789abcdef01234567-1of1-x")]
    public void Other_ids_are_none(string id) => BatchJobId.TryParse(JobId.Parse(id), out _).ShouldBeFalse();

    [Fact]
    public void A_row_with_an_id_may_move_and_one_without_is_known_by_its_line()
    {
        BatchJobId.RowHash("a", 1, [Hello]).ShouldBe(BatchJobId.RowHash("a", 2, [Hello]));
        BatchJobId.RowHash(null, 1, [Hello]).ShouldNotBe(BatchJobId.RowHash(null, 2, [Hello]));
        BatchJobId.RowHash("line 1", 1, [Hello]).ShouldNotBe(BatchJobId.RowHash(null, 1, [Hello]));
    }

    [Fact]
    public void Another_content_or_another_version_of_a_file_is_another_row()
    {
        static AcceptedPrompt WithFile(string etag) => Hello with { Files = [new BlobVersion(new BlobPath("drop", "a"), etag, 1, null)] };

        string[] hashes =
        [
            BatchJobId.RowHash("a", 1, [Hello]), BatchJobId.RowHash("b", 1, [Hello]), BatchJobId.RowHash("a", 1, [Hello, Hello]),
            BatchJobId.RowHash("a", 1, [WithFile("1")]), BatchJobId.RowHash("a", 1, [WithFile("2")]),
        ];
        hashes.ShouldBeUnique();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/../b")]
    [InlineData("a\u0001")]
    public void A_name_that_could_lead_elsewhere_is_none(string text) => BatchName.TryParse(text, out _, out _).ShouldBeFalse();
}
