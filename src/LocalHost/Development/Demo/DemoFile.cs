namespace SparrowFunctions.LocalHost.Development.Demo;

/// <summary>The small files the samples use, built into the program.</summary>
internal static class DemoFile
{
    public static BinaryData Read(string name)
    {
        using var stream = typeof(DemoFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built into the program.");
        return BinaryData.FromStream(stream);
    }
}
