using System.Reflection;
using System.Reflection.Emit;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Development;
using SparrowFunctions.Tests.Infrastructure;

namespace SparrowFunctions.Tests;

/// <summary>How the code is laid out: stages from left to right, triggers without logic, Core without the platform, names that say something.</summary>
public sealed class ArchitectureTests
{
    private const string Root = "SparrowFunctions";
    private const int LongestTriggerFile = 25;

    /// <summary>The way in by HTTP: it shows what all others know and calls the coordinator, so it may use all.</summary>
    private const string Web = "Web";

    /// <summary>The stages of Core from left to right: the first two carry all others, the rest is the pipeline. A stage uses only itself and what is left of it.</summary>
    private static readonly string[] Stages = ["Provisioning", "Telemetry", "Sparrow", "Intake", "Jobs", "Conversations", "Files", "Results", "Callbacks", Web];

    private static readonly string Repository = RepositoryRoot.Find(AppContext.BaseDirectory)!;
    private static readonly Assembly Core = typeof(JobRunner).Assembly;
    private static readonly Assembly LocalHostAssembly = typeof(FunctionsApp).Assembly;

    public static TheoryData<string> CoreTypes { get; } = [.. Core.GetTypes().Where(type => !type.IsNested && StageOf(type) is not null).Select(type => type.FullName!)];

    public static TheoryData<string> Triggers { get; } = [.. LocalHostAssembly.GetTypes()
        .Where(type => type is { Namespace: Root + ".Triggers", IsNested: false }).Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(CoreTypes))]
    public void A_type_uses_only_its_own_stage_and_those_left_of_it(string name)
    {
        var type = Core.GetType(name)!;
        var stage = StageOf(type)!;
        if (stage is Root or Web)
            return; // The coordinator uses all

        TypeUse.Of(type).Where(used => StageOf(used) is { } other && Array.IndexOf(Stages, other) is var at && (at < 0 || at > Array.IndexOf(Stages, stage)))
            .Select(used => used.FullName).ShouldBeEmpty($"{name} is of stage {stage}; the order is {string.Join(", ", Stages)}, and no stage uses the coordinator.");
    }

    [Fact]
    public void Every_type_of_Core_belongs_to_a_stage_or_to_the_coordinator() =>
        Core.GetTypes().Select(StageOf).OfType<string>().Distinct().ShouldBeSubsetOf([Root, .. Stages]);

    [Fact]
    public void A_folder_of_Core_is_a_stage_and_its_files_are_in_its_namespace()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository, "src/Core")).Where(folder => Path.GetFileName(folder) is not ("bin" or "obj")).ToArray();

        folders.Select(Path.GetFileName).ShouldBeSubsetOf(Stages);
        folders.SelectMany(folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Select(file => (Stage: Path.GetFileName(folder), File: file)))
            .Where(each => !File.ReadLines(each.File).Any(line => line == $"namespace {Root}.{each.Stage};" || line.StartsWith($"namespace {Root}.{each.Stage}.", StringComparison.Ordinal)))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Core_knows_nothing_of_the_functions_platform()
    {
        static bool IsPlatform(string name) =>
            name.StartsWith("Microsoft.Azure.Functions", StringComparison.OrdinalIgnoreCase) || name.Contains("WebJobs", StringComparison.OrdinalIgnoreCase);

        Core.GetReferencedAssemblies().Select(reference => reference.Name!).Where(IsPlatform).ShouldBeEmpty();
        File.ReadLines(Path.Combine(Repository, "src/Core/packages.lock.json")).Select(line => line.Trim().Trim('"')).Where(IsPlatform).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Triggers))]
    public void A_trigger_is_one_method_that_makes_one_call_and_decides_nothing(string name)
    {
        var type = LocalHostAssembly.GetType(name)!;
        var method = type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).ShouldHaveSingleItem();

        (type.IsPublic, type.IsSealed, method.IsPublic).ShouldBe((true, true, true));
        method.GetCustomAttribute<FunctionAttribute>().ShouldNotBeNull().Name.ShouldBe(type.Name);
        type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).ShouldBeEmpty();

        var codes = Instructions.Of(method).Select(instruction => instruction.Code).ToArray();
        codes.Where(code => code.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Throw).ShouldBeEmpty();
        codes.Count(code => code.FlowControl is FlowControl.Call).ShouldBe(1);
    }

    [Fact]
    public void There_are_triggers_to_look_at() => Triggers.Count.ShouldBe(TriggerFiles().Length);

    [Fact]
    public void A_trigger_file_is_short_holds_the_class_it_is_named_after_and_leaves_the_platform_to_the_project()
    {
        foreach (var file in TriggerFiles())
        {
            var lines = File.ReadAllLines(file);
            lines.Length.ShouldBeLessThanOrEqualTo(LongestTriggerFile, file);
            lines.Where(line => line.Contains("Microsoft.Azure.Functions", StringComparison.Ordinal)).ShouldBeEmpty(file);
            lines.Count(line => line.StartsWith($"public sealed class {Path.GetFileNameWithoutExtension(file)}", StringComparison.Ordinal)).ShouldBe(1, file);
        }
    }

    [Fact]
    public void No_name_says_nothing()
    {
        string[] banned = ["Util", "Helper", "Manager", "Common"];
        bool IsBanned(string name) => banned.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

        Assembly[] ours = [Core, LocalHostAssembly, typeof(global::SparrowEmulator.EmulatorApp).Assembly];
        ours.SelectMany(assembly => assembly.GetTypes()).Where(type => IsOurs(type) && IsBanned(type.Name)).ShouldBeEmpty();
        Directory.GetFileSystemEntries(Path.Combine(Repository, "src"), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Where(IsBanned).ShouldBeEmpty();
    }

    private static string[] TriggerFiles() => Directory.GetFiles(Path.Combine(Repository, "src/Functions/Triggers"), "*.cs", SearchOption.AllDirectories);

    private static bool IsOurs(Type type) => type.Namespace is { } name && name.StartsWith("Sparrow", StringComparison.Ordinal);

    // Null for types that are not Core's own: the framework's, and what generators put into namespaces of theirs
    private static string? StageOf(Type type)
    {
        if (type.Assembly != Core || type.Namespace is not { } name)
            return null;
        var parts = name.Split('.');
        return parts[0] != Root ? null : parts.Length == 1 ? Root : parts[1];
    }
}
