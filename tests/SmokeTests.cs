namespace SparrowFunctions.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_machine_gives_different_ids() =>
        new Jobs.SystemRandomSource().NextId().ShouldNotBe(new Jobs.SystemRandomSource().NextId());
}
