using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Jinja's tests: what may follow <c>is</c>.</summary>
internal static class TemplateTests
{
    private delegate bool Check(object? value, Arguments arguments, TemplateInterpreter interpreter);

    private static readonly Dictionary<string, Check> All = new(StringComparer.Ordinal)
    {
        ["defined"] = (v, _, _) => v is not UndefinedValue,
        ["undefined"] = (v, _, _) => v is UndefinedValue,
        ["none"] = (v, _, _) => v is null,
        ["boolean"] = (v, _, _) => v is bool,
        ["true"] = (v, _, _) => v is true,
        ["false"] = (v, _, _) => v is false,
        ["integer"] = (v, _, _) => v is BigInteger,
        ["float"] = (v, _, _) => v is double,
        ["number"] = (v, _, _) => PythonNumbers.IsNumber(v),
        ["string"] = (v, _, _) => v is string,
        ["mapping"] = (v, _, _) => v is MappingValue,
        ["sequence"] = (v, _, _) => v is string or List<object?> or TupleValue or MappingValue or RangeValue or UndefinedValue,
        ["iterable"] = (v, _, _) => v is string or List<object?> or TupleValue or MappingValue or RangeValue or ViewValue or GeneratorValue or LoopValue or UndefinedValue,
        ["callable"] = (v, _, _) => v is CallableValue,
        ["lower"] = (v, _, _) => PythonStrings.MethodOf(PythonText.Str(v), "islower", new TemplateBudget())!.Function(Arguments.None) is true,
        ["upper"] = (v, _, _) => PythonStrings.MethodOf(PythonText.Str(v), "isupper", new TemplateBudget())!.Function(Arguments.None) is true,
        ["escaped"] = (v, _, _) => EscapedText.Is(v),
        ["even"] = (v, _, i) => IsRest(v, new BigInteger(2), 0, i),
        ["odd"] = (v, _, i) => IsRest(v, new BigInteger(2), 1, i),
        ["divisibleby"] = (v, a, i) => IsRest(v, a.Bind("divisibleby", ("num", Arguments.Required))[0], 0, i),
        ["sameas"] = (v, a, _) => a.Bind("sameas", ("other", Arguments.Required))[0] is var other && (ReferenceEquals(v, other) || ((v is bool or null || IsShared(v)) && Equals(v, other))),
        ["in"] = (v, a, i) => PythonSequences.Contains(a.Bind("in", ("seq", Arguments.Required))[0], v, i.Budget),
        ["filter"] = (v, _, _) => PythonEquality.Key(v) is string name && TemplateFilters.IsJinjas(name),
        ["test"] = (v, _, _) => PythonEquality.Key(v) is string name && Has(name),
    };

    // Python keeps one object for each small whole number.
    private static bool IsShared(object? value) => value is BigInteger number && number >= -5 && number <= 256;

    static TemplateTests()
    {
        foreach (var (sign, names) in new (string, string[])[]
                 {
                     ("==", ["eq", "equalto", "=="]), ("!=", ["ne", "!="]), (">", ["gt", "greaterthan", ">"]), (">=", ["ge", ">="]),
                     ("<", ["lt", "lessthan", "<"]), ("<=", ["le", "<="]),
                 })
        {
            foreach (var name in names) All[name] = (v, a, i) => i.Compare(sign, v, a.Bind(name, ("other", Arguments.Required))[0]);
        }
    }

    public static bool Has(string name) => All.ContainsKey(name);

    public static bool Holds(string name, object? value, Arguments arguments, TemplateInterpreter interpreter) =>
        All.TryGetValue(name, out var test) ? test(value, arguments, interpreter) : throw new TemplateException($"No test named '{name}'.");

    private static bool IsRest(object? value, object? by, int expected, TemplateInterpreter interpreter) =>
        PythonEquality.AreEqual(interpreter.Operate("%", value, by), new BigInteger(expected));
}
