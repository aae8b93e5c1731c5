using System.Runtime.InteropServices;

namespace SparrowFunctions.Perf;

/// <summary>What a reader must know to judge numbers.</summary>
internal static class Machine
{
    /// <summary>Cores, runtime and system in one line.</summary>
    public static string Describe() =>
        $"{Environment.ProcessorCount} cores shared by everything, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}";
}
