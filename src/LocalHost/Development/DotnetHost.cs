using System.Runtime.InteropServices;

namespace SparrowFunctions.LocalHost.Development;

/// <summary>The <c>dotnet</c> that runs this process, to start another program on the same runtime.</summary>
public static class DotnetHost
{
    /// <summary>Its full path, or its name when it can't be told.</summary>
    public static string Executable
    {
        get
        {
            var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            if (Path.GetFileName(Environment.ProcessPath) == name) return Environment.ProcessPath!;

            // …/shared/Microsoft.NETCore.App/10.0.x/
            var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
            return File.Exists(beside) ? beside : name;
        }
    }
}
