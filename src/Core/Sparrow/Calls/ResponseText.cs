using System.Text;
using SparrowFunctions.Sparrow.Responses;

namespace SparrowFunctions.Sparrow.Calls;

/// <summary>Reads a response's body up to a limit; what had come before a failure stays readable.</summary>
internal sealed class ResponseText(int limit) : IDisposable
{
    /// <summary>The most bytes of a success that are read: 64 MiB, far beyond any answer.</summary>
    public const int SuccessLimit = 64 * 1024 * 1024;

    /// <summary>The most bytes of an error that are read: room for a key that begins within the part that is kept.</summary>
    public const int ErrorLimit = ErrorClassifier.BodyLimit + (16 * 1024);

    private readonly MemoryStream _bytes = new();

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsOverLimit { get; private set; }

    public async Task ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            var room = limit - (int)_bytes.Length;
            _bytes.Write(buffer, 0, Math.Min(read, room));
            if (read > room)
            {
                IsOverLimit = true;
                return;
            }
        }
    }

    /// <summary>The bytes as UTF-8 text; what is none becomes U+FFFD.</summary>
    public string ToText(int atMost = int.MaxValue) => Encoding.UTF8.GetString(_bytes.GetBuffer(), 0, (int)Math.Min(atMost, _bytes.Length));

    public void Dispose() => _bytes.Dispose();
}
