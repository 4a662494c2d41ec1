using System.Text.Json;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>Compares what was computed with what a case expects, field by field; a field that was not computed is a disagreement.</summary>
internal sealed class Agreement
{
    private readonly JsonElement _case;
    private readonly double _relative = 1e-9, _absolute = 1e-12;

    public Agreement(JsonElement @case)
    {
        _case = @case;
        if (!@case.TryGetProperty("tol", out var tolerance)) return;
        if (tolerance.TryGetProperty("rel", out var relative)) _relative = relative.GetDouble();
        if (tolerance.TryGetProperty("abs", out var absolute)) _absolute = absolute.GetDouble();
    }

    public List<string> Problems { get; } = [];

    public void Check(JsonElement expected, object? actual, string path = "")
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in expected.EnumerateObject())
                {
                    var inner = path.Length == 0 ? member.Name : path + "." + member.Name;
                    if (actual is IReadOnlyDictionary<string, object?> fields && fields.TryGetValue(member.Name, out var value)) Check(member.Value, value, inner);
                    else Problems.Add(inner + " was not computed");
                }

                break;
            case JsonValueKind.Array:
                var values = actual switch { SafetyGate.Harness.Statistics.Interval i => [i.Lower, i.Upper], System.Collections.IEnumerable e and not string => e.Cast<object?>().ToArray(), _ => null };
                if (values is null || values.Length != expected.GetArrayLength()) Problems.Add($"{path}: expected {expected}, got {Show(actual)}");
                else for (var i = 0; i < values.Length; i++) Check(expected[i], values[i], Invariant($"{path}[{i}]"));
                break;
            case JsonValueKind.Number or JsonValueKind.String when IsNumber(expected, out var wanted):
                var got = actual switch { double d => d, int i => i, long l => l, _ => (double?)null };
                if (got is not { } number || !Agrees(wanted, number, path)) Problems.Add(Invariant($"{path}: expected {wanted:R}, got {Show(actual)}"));
                break;
            case JsonValueKind.String:
                if (actual as string != expected.GetString()) Problems.Add($"{path}: expected '{expected}', got {Show(actual)}");
                break;
            case JsonValueKind.True or JsonValueKind.False:
                if (actual is not bool flag || flag != expected.GetBoolean()) Problems.Add($"{path}: expected {expected}, got {Show(actual)}");
                break;
            default:
                if (actual is not null) Problems.Add($"{path}: expected nothing, got {Show(actual)}");
                break;
        }
    }

    public bool Agrees(double expected, double actual, string path)
    {
        if (!double.IsFinite(expected)) return expected.Equals(actual);
        var (relative, absolute) = Tolerance(path);
        return Math.Abs(expected - actual) <= Math.Max(absolute, relative * Math.Abs(expected));
    }

    /// <summary>A tolerance named after a field holds for that field.</summary>
    private (double Relative, double Absolute) Tolerance(string path)
    {
        if (_case.TryGetProperty("tol", out var tolerance))
        {
            if (path.EndsWith("p_exact", StringComparison.Ordinal) || path.EndsWith("exact.p_noninferior", StringComparison.Ordinal)) { if (tolerance.TryGetProperty("p_exact_abs", out var p)) return (0, p.GetDouble()); }
            if (path is "exact_critical" or "passed_exact" && tolerance.TryGetProperty("exact_abs", out var e)) return (0, e.GetDouble());
            if (path.StartsWith("enumerated.", StringComparison.Ordinal) && tolerance.TryGetProperty("enumerated_abs", out var n)) return (0, n.GetDouble());
        }

        return (_relative, _absolute);
    }

    public static bool IsNumber(JsonElement element, out double value)
    {
        value = double.NaN;
        if (element.ValueKind == JsonValueKind.Number) { value = element.GetDouble(); return true; }
        if (element.ValueKind != JsonValueKind.String) return false;
        switch (element.GetString())
        {
            case "NaN": return true;
            case "Infinity": value = double.PositiveInfinity; return true;
            case "-Infinity": value = double.NegativeInfinity; return true;
            default: return false;
        }
    }

    private static string Show(object? actual) => actual switch
    {
        null => "nothing",
        double d => Invariant($"{d:R}"),
        SafetyGate.Harness.Statistics.Interval i => Invariant($"[{i.Lower:R}, {i.Upper:R}]"),
        System.Collections.IEnumerable e and not string => "[" + string.Join(", ", e.Cast<object?>().Select(Show)) + "]",
        _ => Invariant($"{actual}"),
    };
}
