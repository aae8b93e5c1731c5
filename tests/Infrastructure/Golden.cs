namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Compares text with a file under tests/. UPDATE_GOLDEN=1 writes the files anew; look at the difference before you keep it.</summary>
public static class Golden
{
    private static readonly string Tests = Path.Combine(Root(), "tests");

    public static string PathOf(string relative) => Path.Combine(Tests, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    public static void Match(string relative, string actual)
    {
        var path = PathOf(relative);
        actual = actual.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        File.Exists(path).ShouldBeTrue($"{relative} is missing: run with UPDATE_GOLDEN=1, read it, commit it.");
        actual.ShouldBe(File.ReadAllText(path).ReplaceLineEndings("\n"), $"{relative} differs; UPDATE_GOLDEN=1 writes it anew.");
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sparrow.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("The solution's folder was not found above the test's own.");
    }
}
