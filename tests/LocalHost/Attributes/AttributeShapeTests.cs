using System.Reflection;
using SparrowFunctions.LocalHost.Attributes;
using SparrowFunctions.LocalHost.Development;

namespace SparrowFunctions.Tests.LocalHost.Attributes;

/// <summary>Holds our trigger attributes against the public API of the worker packages, so that what compiles here compiles there.</summary>
public sealed class AttributeShapeTests
{
    private const string Theirs = "Microsoft.Azure.Functions.Worker.";
    private static readonly string Ours = typeof(FunctionAttribute).Namespace + ".";
    private static readonly Dictionary<string, string[]> Api = ReadApi();

    public static TheoryData<string> Types { get; } = [.. typeof(FunctionAttribute).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(FunctionAttribute).Namespace && !t.IsNested).Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_type_has_exactly_the_members_of_the_workers_type_of_the_same_name(string name)
    {
        var type = typeof(FunctionAttribute).Assembly.GetType(Ours + name)!;
        Api.ShouldContainKey(name);

        Describe(type).ShouldBe(Api[name].Where(IsShape).Select(WithoutPackage), ignoreOrder: true);
    }

    [Fact]
    public void There_are_the_types_that_the_triggers_need_and_no_more() => typeof(FunctionAttribute).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(FunctionAttribute).Namespace && t.IsPublic).Select(t => t.Name)
        .ShouldBe(
            [
                "FunctionAttribute", "QueueTriggerAttribute", "BlobTriggerAttribute", "BlobTriggerSource", "TimerTriggerAttribute", "TimerInfo",
                "ScheduleStatus", "HttpTriggerAttribute", "AuthorizationLevel",
            ],
            ignoreOrder: true);

    [Fact]
    public void Attributes_without_options_mean_what_they_mean_in_the_worker()
    {
        new HttpTriggerAttribute().AuthLevel.ShouldBe(AuthorizationLevel.Function);
        new HttpTriggerAttribute("get").AuthLevel.ShouldBe(AuthorizationLevel.Function);
        new HttpTriggerAttribute(AuthorizationLevel.Anonymous).Methods.ShouldBeNull();
        new TimerTriggerAttribute("0 * * * * *").UseMonitor.ShouldBeTrue();
        new BlobTriggerAttribute("drop/{name}").Source.ShouldBe(BlobTriggerSource.LogsAndContainerScan);
    }

    private static Dictionary<string, string[]> ReadApi() => File
        .ReadLines(Path.Combine(RepositoryRoot.Find(AppContext.BaseDirectory)!, "tests/LocalHost/Attributes/functions-worker-api.txt"))
        .Select(line => line.Split(" :: ", 2))
        .Where(parts => parts[0].StartsWith(Theirs, StringComparison.Ordinal))
        .GroupBy(parts => parts[0][Theirs.Length..], parts => parts[1][2..])
        .ToDictionary(type => type.Key, type => type.ToArray());

    private static bool IsShape(string line) => !line.StartsWith("HASATTRIBUTE", StringComparison.Ordinal);

    // which package a type is in, and between which base attributes it stands, no trigger class can see
    private static string WithoutPackage(string line) => line.StartsWith("TYPE", StringComparison.Ordinal)
        ? line[..line.IndexOf(" namespace=", StringComparison.Ordinal)]
            .Replace(Theirs + "Extensions.Abstractions.TriggerBindingAttribute", "System.Attribute", StringComparison.Ordinal)
        : line;

    private static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsSealed ? "sealed class" : type.IsAbstract ? "abstract class" : "class";
        yield return $"TYPE {kind} base={Name(type.BaseType!)}";
        if (type.IsEnum)
        {
            foreach (var value in Enum.GetNames(type)) yield return $"VALUE {value} = {Convert.ToInt32(Enum.Parse(type, value), System.Globalization.CultureInfo.InvariantCulture)}";
            yield break;
        }

        if (type.GetCustomAttribute<AttributeUsageAttribute>() is { } usage && type.IsAssignableTo(typeof(Attribute)))
        {
            yield return $"ATTRIBUTEUSAGE [{usage.ValidOn}] AllowMultiple={usage.AllowMultiple} Inherited={usage.Inherited}";
        }

        foreach (var constructor in type.GetConstructors())
        {
            yield return $"CTOR ({string.Join(", ", constructor.GetParameters().Select(Parameter))})";
        }

        const BindingFlags Visible = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Visible).Where(m => m is not ConstructorInfo and not MethodInfo { IsSpecialName: true }))
        {
            yield return member is PropertyInfo property ? Property(property) : $"{member.MemberType} {member.Name}";
        }
    }

    private static string Parameter(ParameterInfo parameter) =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") + Name(parameter.ParameterType) + " " + parameter.Name;

    private static string Property(PropertyInfo property)
    {
        var nullable = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable ? "?" : "";
        return $"PROPERTY {Name(property.PropertyType)}{nullable} {property.Name} {{ get; {(property.SetMethod is { IsPublic: true } ? "set; " : "")}}}";
    }

    private static string Name(Type type) => type == typeof(string) ? "string"
        : type == typeof(string[]) ? "string[]"
        : type == typeof(bool) ? "bool"
        : type == typeof(object) ? "object"
        : type.FullName!.Replace(Ours, Theirs, StringComparison.Ordinal);
}
