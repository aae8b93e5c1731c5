using Azure;
using SparrowFunctions.Tests.Simulation.Storage.Blobs;
using SparrowFunctions.Tests.Simulation.Storage.Queues;
using SparrowFunctions.Tests.Simulation.Storage.Tables;
using SparrowFunctions.Tests.Simulation.World;

namespace SparrowFunctions.Tests.Simulation.Storage;

/// <summary>The one storage account of a world: what all processes share and what outlives them.</summary>
internal sealed class SimStorage(SimWorld world)
{
    private readonly Dictionary<string, SimQueue> _queues = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimTable> _tables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimContainer> _containers = new(StringComparer.Ordinal);
    private long _versions;

    public SimWorld World => world;

    public SimNetwork Network { get; } = new(world);

    /// <summary>A safety taken away, to see that a seed notices; none as a rule.</summary>
    public SimMutation Mutation { get; init; } = new();

    public SimQueue Queue(string name) => _queues.TryGetValue(name, out var queue) ? queue : _queues[name] = new SimQueue(this, name);

    public SimTable Table(string name) => _tables.TryGetValue(name, out var table) ? table : _tables[name] = new SimTable(this, name);

    public SimContainer Container(string name) => _containers.TryGetValue(name, out var container) ? container : _containers[name] = new SimContainer(this, name);

    /// <summary>A version that no other thing of the account has or had.</summary>
    public ETag NextVersion(string form) => new(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, ++_versions));
}
