using Microsoft.Extensions.Options;
using SparrowFunctions.Sparrow;

namespace SparrowFunctions.Jobs.Permits;

/// <summary>The permits of this process: a pool a mode, since the vendor's lanes have limits of their own.</summary>
public sealed class CallPermits(IOptions<SparrowOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>How long a job that was tried before, a later turn or a row of a batch waits for a permit before it goes back to the queue.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PermitPool _standard = new(options.Value.MaxConcurrency.Standard, time);
    private readonly PermitPool _concurrent = new(options.Value.MaxConcurrency.Concurrent, time);
    private readonly PermitPool _free = new(options.Value.MaxConcurrency.Standard, time);

    /// <summary>The pool of a mode.</summary>
    public PermitPool Of(SparrowMode mode) => mode switch
    {
        SparrowMode.Concurrent => _concurrent,
        SparrowMode.Free => _free,
        _ => _standard,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _standard.Dispose();
        _concurrent.Dispose();
        _free.Dispose();
    }
}
