using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class MultiplicityKinds
{
    public static object? Adjust(JsonElement input)
    {
        var p = input.Numbers("p");
        var alpha = input.Number("alpha");
        var adjusted = new (string Name, double[] P)[]
        {
            ("bonferroni", Multiplicity.Bonferroni(p)), ("holm", Multiplicity.Holm(p)), ("hochberg", Multiplicity.Hochberg(p)), ("bh", Multiplicity.BenjaminiHochberg(p)),
        };
        return Inputs.Fields([
            .. adjusted.Select(a => (a.Name, (object?)a.P)),
            ("rejected", Inputs.Fields([.. adjusted.Select(a => (a.Name, (object?)a.P.Select(q => (object)Multiplicity.Rejects(q, alpha)).ToArray()))])),
        ]);
    }
}
