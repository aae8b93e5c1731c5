using CsCheck;
using SparrowFunctions.Files;

namespace SparrowFunctions.Tests.Core.Files;

public sealed class PeekedStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_was_looked_at_is_given_back_whatever_the_sizes() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[1, 300], Gen.Int[1, 50]).SampleAsync(async (data, peek, step) =>
        {
            using var rest = new MemoryStream(data);
            await using var peeked = await PeekedStream.PeekAsync(rest, peek, Token);
            var beginning = peeked.Beginning.ToArray();
            using var read = new MemoryStream();
            await peeked.CopyToAsync(read, step, Token);
            return beginning.SequenceEqual(data.Take(peek)) && read.ToArray().SequenceEqual(data);
        }, iter: 500);

    [Fact]
    public async Task A_failure_of_the_stream_is_its_own()
    {
        var broken = new Sparrow.GeneratedStream(100, failAt: 0);

        await Should.ThrowAsync<IOException>(() => PeekedStream.PeekAsync(broken, 60, Token));
    }
}
