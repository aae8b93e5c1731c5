namespace SparrowEmulator.Admin;

/// <summary>The body of <c>POST /__admin/release</c>.</summary>
internal sealed record ReleaseRequest
{
    /// <summary>The call that is meant, as the ledger numbers it. Null: all of now.</summary>
    public int? Number { get; set; }
}
