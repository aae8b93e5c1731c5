using System.Reflection;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests.Infra;

/// <summary>The Bicep command line that came with the packages. It reaches no network.</summary>
internal static class Bicep
{
    private static readonly string? Tool =
        typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(each => each.Key == "Bicep")?.Value;

    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Golden.PathOf(""), "../infra"));

    /// <summary>Runs a command of it; where the tool is not to be had the test ends here and says so.</summary>
    public static async Task<CommandRun> RunAsync(params string[] arguments)
    {
        Assert.SkipWhen(Tool is null, "The Bicep command line comes as a package for Linux on x64 only: infra/ is not compiled on this machine. CI does it.");
        File.Exists(Tool).ShouldBeTrue($"{Tool} is missing: run dotnet restore.");
        return await CommandRun.RunAsync(Tool!, arguments, Folder, TestContext.Current.CancellationToken);
    }
}
