using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow;
using SparrowFunctions.Sparrow.Requests;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>One process' client of the simulated Sparrow, in place of the one that speaks HTTP.</summary>
internal sealed class SimSparrowClient(SimSparrow sparrow, SimProcess process, IOptions<SparrowOptions> options, TimeProvider time, ILogger<SparrowClient> logger)
    : SparrowClient(new HttpClient(new Unplugged(process.World)), options, time, logger)
{
    public override Task<SparrowOutcome<ChatResponse>> ChatAsync(ChatRequest request, CancellationToken cancellationToken) =>
        sparrow.ChatAsync(process, request);

    public override async Task<SparrowOutcome<UploadedFile>> UploadAsync(SparrowUpload upload, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await upload.Content.CopyToAsync(content, cancellationToken);
        return await sparrow.UploadAsync(process, upload, content.Length);
    }

    private sealed class Unplugged(SimWorld world) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw world.Fail($"{request.RequestUri} was called: nothing leaves a simulated world.");
    }
}
