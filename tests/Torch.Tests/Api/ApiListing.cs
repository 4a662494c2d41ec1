using System.Globalization;
using System.Reflection;

namespace SafetyGate.Torch.Tests.Api;

/// <summary>An assembly's public API in the format of the conformance folder's listings: one line per type, its members below it.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static SortedDictionary<string, SortedSet<string>> Of(IEnumerable<Type> types)
    {
        var listing = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in types) listing[Head(type)] = new SortedSet<string>(Members(type), StringComparer.Ordinal);
        return listing;
    }

    public static SortedDictionary<string, SortedSet<string>> Read(string path)
    {
        var listing = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        SortedSet<string>? members = null;
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0) continue;
            if (line[0] != ' ') listing[line] = members = new SortedSet<string>(StringComparer.Ordinal);
            else members!.Add(line.Trim());
        }
        return listing;
    }

    private static string Head(Type type)
    {
        if (type.IsEnum) return $"enum {Name(type)}";
        if (type.IsSubclassOf(typeof(Delegate))) return $"delegate {Name(type)}";
        if (type.IsInterface) return $"interface {Name(type)}";
        if (type.IsValueType) return $"struct {Name(type)}";
        var modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : "";
        return $"{modifier}class {Name(type)}{(type.BaseType is { } parent && parent != typeof(object) ? $" : {Name(parent)}" : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}");
        return type.GetConstructors(Declared).Where(c => !c.IsStatic && Visible(c)).Select(c => $"{Access(c)}new({Parameters(c)})")
            .Concat(type.GetMethods(Declared).Where(m => Visible(m) && (!m.IsSpecialName || m.Name.StartsWith("op_", StringComparison.Ordinal))).Select(Method))
            .Concat(type.GetProperties(Declared).Where(p => p.GetAccessors(true).Any(Visible)).Select(Property))
            .Concat(type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily).Select(Field));
    }

    private static bool Visible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    private static string Access(MethodBase m) => m.IsPublic ? "" : "protected ";

    private static string Kind(MethodInfo m) => m.IsStatic ? "static " : m.IsAbstract ? "abstract " : m is { IsVirtual: true, IsFinal: false } ? "virtual " : "";

    private static string Method(MethodInfo m)
    {
        var generic = m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(Name))}>" : "";
        return $"{Access(m)}{Kind(m)}{Name(m.ReturnType)} {m.Name}{generic}({Parameters(m)})";
    }

    private static string Property(PropertyInfo p)
    {
        var first = p.GetAccessors(true).First(Visible);
        var index = p.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
        var get = p.GetMethod is { } g && Visible(g) ? "get; " : "";
        var set = p.SetMethod is { } s && Visible(s) ? "set; " : "";
        return $"{Access(first)}{Kind(first)}{Name(p.PropertyType)} {p.Name}{index} {{ {get}{set}}}";
    }

    private static string Field(FieldInfo f) =>
        f.IsLiteral ? $"const {Name(f.FieldType)} {f.Name} = {Value(f.GetRawConstantValue())}" : $"{(f.IsStatic ? "static " : "")}{Name(f.FieldType)} {f.Name}";

    private static string Parameters(MethodBase m) => string.Join(", ", m.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo p)
    {
        var prefix = p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : p.ParameterType.IsByRef ? p.IsOut ? "out " : p.IsIn ? "in " : "ref " : "";
        var type = p.ParameterType.IsByRef ? p.ParameterType.GetElementType()! : p.ParameterType;
        return $"{prefix}{Name(type)} {p.Name}{(p.HasDefaultValue ? $" = {Value(p.RawDefaultValue)}" : "")}";
    }

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        string text => $"\"{text}\"",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Name(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        var name = type.Name.Split('`')[0];
        var arguments = type.GetGenericArguments();
        if (type.DeclaringType is { } outer)
        {
            return $"{Name(outer)}.{name}{(arguments.Length > outer.GetGenericArguments().Length ? Arguments(arguments) : "")}";
        }
        var space = type.Namespace is null or "System" or "System.Collections.Generic" ? "" : $"{type.Namespace}.";
        return $"{space}{name}{(arguments.Length > 0 ? Arguments(arguments) : "")}";
    }

    private static string Arguments(Type[] arguments) => $"<{string.Join(", ", arguments.Select(Name))}>";
}
