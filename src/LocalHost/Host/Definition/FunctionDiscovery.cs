using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace SparrowFunctions.LocalHost.Host.Definition;

/// <summary>Finds the functions among the app's classes and checks that each can be run; all problems are told at once.</summary>
/// <param name="settings">Where <c>%Setting%</c> and the switches of functions are looked up.</param>
internal sealed partial class FunctionDiscovery(IConfiguration settings)
{
    private readonly List<string> _problems = [];

    /// <summary>All functions of the classes, in the order of their names.</summary>
    /// <exception cref="HostStartException">A function is not written as the host can run it.</exception>
    public static IReadOnlyList<FunctionDescriptor> Find(IEnumerable<Type> types, IConfiguration settings)
    {
        var discovery = new FunctionDiscovery(settings);
        var found = types
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(m => (Method: m, Attribute: m.GetCustomAttribute<FunctionAttribute>()))
            .Where(m => m.Attribute is not null)
            .Select(m => discovery.Describe(m.Method, m.Attribute!.Name))
            .OfType<FunctionDescriptor>()
            .OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)
            .ToList();

        foreach (var twins in found.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
        {
            var places = string.Join(" and ", twins.Select(f => $"{f.Method.DeclaringType}.{f.Method.Name}"));
            discovery._problems.Add($"Function {twins.Key}: {places} have the same name; give each its own.");
        }

        HostStartException.ThrowIfAny("The functions can't be run as they are written:", discovery._problems);
        return found;
    }

    private FunctionDescriptor? Describe(MethodInfo method, string name)
    {
        var problemsBefore = _problems.Count;
        void Refuse(string problem) => _problems.Add($"Function {name} ({method.DeclaringType}.{method.Name}): {problem}");

        if (!ValidName().IsMatch(name))
        {
            Refuse("the name must be a letter followed by at most 127 letters, digits, '-' or '_'.");
        }

        if (method.ContainsGenericParameters || (!method.IsStatic && method.DeclaringType is { IsAbstract: true }))
        {
            Refuse("an abstract or generic class or method can't be called; make it a plain class.");
        }

        var triggered = method.GetParameters().Select(p => (Parameter: p, Attributes: TriggerAttributes(p))).Where(p => p.Attributes.Count > 0).ToList();
        if (triggered is not [{ Attributes: [var attribute], Parameter: var triggerParameter }])
        {
            Refuse($"it has {triggered.Sum(p => p.Attributes.Count)} trigger attributes; exactly one parameter must have exactly one.");
            return null;
        }

        if (new TriggerReader(settings, Refuse).Read(attribute, name) is not { } trigger)
        {
            return null;
        }

        CheckReturn(method, trigger, Refuse);
        var binders = new List<ParameterBinder>();
        foreach (var parameter in method.GetParameters())
        {
            var isTrigger = parameter == triggerParameter;
            var binder = isTrigger ? ParameterBinders.ForTrigger(trigger, parameter.ParameterType) : ParameterBinders.ForOther(trigger, parameter);
            if (binder is not null)
            {
                binders.Add(binder);
            }
            else
            {
                var allowed = isTrigger
                    ? ParameterBinders.Allowed(trigger)
                    : trigger.TokenNames.Count > 0
                        ? "CancellationToken, or string named as one of: " + string.Join(", ", trigger.TokenNames)
                        : "CancellationToken";
                Refuse($"the parameter '{parameter.ParameterType.Name} {parameter.Name}' can't be filled; allowed is {allowed}.");
            }
        }

        return _problems.Count > problemsBefore
            ? null
            : new FunctionDescriptor(name, method, trigger, binders, DisabledFunctions.Contains(name, settings));
    }

    private static List<Attribute> TriggerAttributes(ParameterInfo parameter) => parameter.GetCustomAttributes()
        .Where(a => a is QueueTriggerAttribute or BlobTriggerAttribute or TimerTriggerAttribute or HttpTriggerAttribute).ToList();

    private static void CheckReturn(MethodInfo method, TriggerDefinition trigger, Action<string> refuse)
    {
        var type = method.ReturnType;
        if (type == typeof(void) && method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null)
        {
            refuse("it is async void, whose end and errors nobody sees; return Task.");
            return;
        }

        var result = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0] : type;
        var allowed = type == typeof(void) || type == typeof(Task) || (trigger is HttpTriggerDefinition && result.IsAssignableTo(typeof(IResult)));
        if (!allowed)
        {
            refuse($"it returns {type.Name}; allowed is {(trigger is HttpTriggerDefinition ? "void, Task, IResult or Task<IResult>" : "void or Task")}.");
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ValidName();
}
