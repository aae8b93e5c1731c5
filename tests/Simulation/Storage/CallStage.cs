namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>Where a request stands; the points at which a kill tells most.</summary>
internal enum CallStage
{
    /// <summary>About to leave.</summary>
    Leaving,

    /// <summary>It has taken effect, and nobody has been told.</summary>
    Effective,

    /// <summary>Its answer is there, and nothing has been made of it.</summary>
    Answered,
}
