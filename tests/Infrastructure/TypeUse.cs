using System.Reflection;
using System.Reflection.Emit;

namespace SparrowFunctions.Tests.Infrastructure;

/// <summary>Every type that a type names: in its signature, its attributes and the bodies of its methods, those of its nested types included.</summary>
public static class TypeUse
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The types used, each once, without the type itself.</summary>
    public static IReadOnlyCollection<Type> Of(Type type)
    {
        var used = new HashSet<Type>();
        Collect(type, used);
        used.Remove(type);
        return used;
    }

    private static void Collect(Type type, HashSet<Type> used)
    {
        Add(type.BaseType, used);
        foreach (var each in type.GetInterfaces()) Add(each, used);
        AddAttributes(type, used);
        foreach (var field in type.GetFields(Declared))
        {
            Add(field.FieldType, used);
            AddAttributes(field, used);
        }

        foreach (var property in type.GetProperties(Declared)) AddAttributes(property, used);
        foreach (var method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
        {
            AddSignature(method, used);
            AddAttributes(method, used);
            foreach (var local in method.GetMethodBody()?.LocalVariables ?? []) Add(local.LocalType, used);
            foreach (var clause in method.GetMethodBody()?.ExceptionHandlingClauses.Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause) ?? [])
                Add(clause.CatchType, used);
            AddBody(type, method, used);
        }

        foreach (var nested in type.GetNestedTypes(Declared)) Collect(nested, used);
    }

    private static void AddBody(Type type, MethodBase method, HashSet<Type> used)
    {
        var ofType = type.IsGenericType ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        foreach (var (code, token) in Instructions.Of(method))
        {
            if (code.OperandType is not (OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType))
                continue;

            var member = type.Module.ResolveMember(token, ofType, ofMethod);
            Add(member as Type ?? member?.DeclaringType, used);
            if (member is FieldInfo field) Add(field.FieldType, used);
            if (member is MethodBase called) AddSignature(called, used);
        }
    }

    private static void AddSignature(MethodBase method, HashSet<Type> used)
    {
        foreach (var parameter in method.GetParameters())
        {
            Add(parameter.ParameterType, used);
            AddAttributes(parameter, used);
        }

        if (method is MethodInfo { ReturnType: var returned }) Add(returned, used);
        if (!method.IsGenericMethod) return;
        foreach (var argument in method.GetGenericArguments()) Add(argument, used);
    }

    private static void AddAttributes(ICustomAttributeProvider provider, HashSet<Type> used)
    {
        var attributes = provider switch
        {
            MemberInfo member => member.GetCustomAttributesData(),
            ParameterInfo parameter => parameter.GetCustomAttributesData(),
            _ => [],
        };
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType, used);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue)))
            {
                Add(argument.ArgumentType, used);
                if (argument.Value is Type named) Add(named, used);
            }
        }
    }

    private static void Add(Type? type, HashSet<Type> used)
    {
        while (type?.HasElementType == true) type = type.GetElementType();
        if (type is null || type.IsGenericParameter) return;
        if (type.IsConstructedGenericType)
        {
            foreach (var argument in type.GetGenericArguments()) Add(argument, used);
            type = type.GetGenericTypeDefinition();
        }

        used.Add(type);
    }
}
