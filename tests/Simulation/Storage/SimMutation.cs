using Azure.Data.Tables;

namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>
/// A safety line removed from outside: production code is left as it is, and the world answers it as if the line were not there.
/// This one removes nothing.
/// </summary>
internal class SimMutation
{
    /// <summary>Whether a conditional write goes through although the row has changed.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stored">The row as it is.</param>
    public virtual bool IgnoresCondition(string table, TableEntity stored) => false;

    /// <summary>The row as a reader is to see it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">A copy of the row.</param>
    public virtual void Read(string table, TableEntity row)
    {
    }

    /// <summary>The row as it is to be stored, in place of what was sent.</summary>
    /// <param name="table">The table.</param>
    /// <param name="row">A copy of what was sent.</param>
    public virtual void Write(string table, TableEntity row)
    {
    }

    /// <summary>Whether a write to a table is acknowledged and not done.</summary>
    public virtual bool SwallowsRow(string table, TableEntity row) => false;

    /// <summary>Whether a blob is acknowledged and not stored.</summary>
    public virtual bool SwallowsBlob(string path) => false;

    /// <summary>Whether a stored blob is not found by who reads it.</summary>
    public virtual bool HidesBlob(string path) => false;

    /// <summary>Whether a message is acknowledged and not queued.</summary>
    public virtual bool SwallowsMessage(string queue, string text) => false;
}
