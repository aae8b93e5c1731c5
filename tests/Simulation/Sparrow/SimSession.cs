namespace SparrowFunctions.Tests.Simulation.Sparrow;

/// <summary>A conversation as Sparrow holds it, or the place where an upload lies until its first chat.</summary>
internal sealed class SimSession(string id, bool isInternal)
{
    public string Id => id;

    /// <summary>True as long as only uploads have named it.</summary>
    public bool IsInternal => isInternal;

    /// <summary>The answers so far, by message id, oldest first.</summary>
    public List<string> Answers { get; } = [];

    public bool Busy { get; set; }

    /// <summary>The hold counts from here.</summary>
    public TimeSpan Touched { get; set; }
}
