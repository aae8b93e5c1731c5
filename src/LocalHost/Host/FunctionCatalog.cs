using SparrowFunctions.LocalHost.Host.Definition;

namespace SparrowFunctions.LocalHost.Host;

/// <summary>All functions of the app.</summary>
/// <param name="Functions">Those found, the disabled ones included.</param>
/// <param name="HostId">What this app's receipts and timers are filed under; hosts of one app share it.</param>
internal sealed record FunctionCatalog(IReadOnlyList<FunctionDescriptor> Functions, string HostId)
{
    /// <summary>The functions that run.</summary>
    public IEnumerable<FunctionDescriptor> Enabled => Functions.Where(f => !f.Disabled);

    /// <summary>Looks through the classes.</summary>
    /// <exception cref="HostStartException">A function is not written as the host can run it.</exception>
    public static FunctionCatalog Load(IReadOnlyCollection<Type> types, IConfiguration settings)
    {
        var hostId = settings["AzureFunctionsWebHost:hostid"] is { Length: > 0 } given
            ? given
            : types.FirstOrDefault()?.Assembly.GetName().Name?.ToLowerInvariant().Replace('.', '-') ?? "localhost";
        return new FunctionCatalog(FunctionDiscovery.Find(types, settings), hostId);
    }
}
