using SparrowFunctions.Intake;

namespace SparrowFunctions.Tests.Core.Intake;

public sealed class JobIdTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("order-7")]
    [InlineData("a.b_c-D")]
    [InlineData("ends-")]
    [InlineData("3fa85f64-5717-4562-b3fc-2c963f66afa6")]
    public void Ids_of_the_contract_are_taken(string text)
    {
        JobId.TryParse(text, out var id).ShouldBeTrue();
        id.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData(".a")]
    [InlineData("-a")]
    [InlineData("a.")]
    [InlineData("a\n")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("drop")]
    [InlineData("batches")]
    public void Anything_else_is_not(string? text) => JobId.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void An_id_has_at_most_128_characters()
    {
        JobId.TryParse(new string('a', 128), out _).ShouldBeTrue();
        JobId.TryParse(new string('a', 129), out _).ShouldBeFalse();
    }

    [Fact]
    public void An_id_that_was_never_set_has_no_text() => Should.Throw<InvalidOperationException>(() => default(JobId).ToString());
}
