using CsCheck;
using SparrowFunctions.Conversations;

namespace SparrowFunctions.Tests.Core.Conversations;

public sealed class ConversationKeyTests
{
    [Fact]
    public void The_partition_of_a_key_never_changes_or_conversations_would_be_lost() =>
        new ConversationKey("客户 42/ä").PartitionKey.ShouldBe("33e5a57e87da610b157146d86f8399f3");

    [Fact]
    public void Any_key_makes_a_partition_that_tables_take() =>
        Gen.String.Sample(text => new ConversationKey(text).PartitionKey.ShouldMatch("^[0-9a-f]{32}$"));

    [Fact]
    public void Keys_that_differ_in_case_or_form_are_different_conversations() =>
        ((string[])["a", "A", "ä", "a\u0308", "a ", " a", "a/b", "a\\b"]).Select(text => new ConversationKey(text).PartitionKey).Distinct().Count().ShouldBe(8);
}
