using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;

namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>A response of storage: a status and perhaps an ETag.</summary>
internal sealed class SimResponse(int status, ETag? etag = null) : Response
{
    public override int Status => status;

    public override string ReasonPhrase => "";

    public override Stream? ContentStream { get; set; }

    public override string ClientRequestId { get; set; } = "";

    /// <summary>A response with a value.</summary>
    public static Response<T> Of<T>(T value, int status = 200, ETag? etag = null) => FromValue(value, new SimResponse(status, etag));

    public override string ToString() => $"{status}";

    public override void Dispose()
    {
    }

    protected override bool ContainsHeader(string name) => TryGetHeader(name, out _);

    protected override IEnumerable<HttpHeader> EnumerateHeaders() => etag is { } tag ? [new HttpHeader("ETag", tag.ToString("H"))] : [];

    protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
    {
        value = etag is { } tag && name.Equals("ETag", StringComparison.OrdinalIgnoreCase) ? tag.ToString("H") : null;
        return value is not null;
    }

    protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
    {
        values = TryGetHeader(name, out var value) ? [value] : null;
        return values is not null;
    }
}
