using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Core.Files;

/// <summary>Large files pass through, they are never held. What was taken in and not yet passed on is judged, no time and nobody else's memory.</summary>
public sealed class LargeFilesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Size = 99_000_000;
    private const long Most = 16_000_000;

    private Pipeline _pipeline = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _pipeline = await Pipeline.StartAsync(azurite);

    public ValueTask DisposeAsync() => _pipeline.DisposeAsync();

    [Fact]
    public async Task A_hundred_megabytes_in_and_out_are_never_held()
    {
        var pattern = new byte[1 << 16];
        await using (var blob = await _pipeline.Account.Blobs.GetBlobContainerClient("payloads").GetBlobClient("big.bin").OpenWriteAsync(overwrite: true, cancellationToken: Token))
        {
            for (var left = Size; left > 0; left -= pattern.Length)
                await blob.WriteAsync(pattern.AsMemory(0, Math.Min(left, pattern.Length)), Token);
        }

        await _pipeline.AnswerAsync(new { promptContains = "big", text = "Here.", files = new[] { new { name = "out.bin", base64 = Convert.ToBase64String(pattern), size = Size } } });
        await _pipeline.RunAsync("""{"id":"big","prompt":"big","files":["payloads/big.bin"]}""");

        var result = await _pipeline.ResultAsync("big/result.json");
        (await _pipeline.CallsAsync("upload")).ShouldHaveSingleItem().GetProperty("files")[0].GetProperty("size").GetInt64().ShouldBe(Size);
        result.GetProperty("files").EnumerateArray().ShouldHaveSingleItem().GetProperty("size").GetInt64().ShouldBe(Size);
        _pipeline.MostHeld.ShouldBeInRange(1, Most);
    }
}
