using System.Collections.Concurrent;
using System.Text.Json;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>How often each rule says what, simulated with our own generator and our own statistics, and enumerated where that is exact.</summary>
internal static class OperatingKinds
{
    private static readonly ConcurrentDictionary<(int, double, double), double> Criticals = new();

    public static void Judge(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        if (!input.TryGetProperty("base", out _)) { SequentialOperating.Judge(@case, agreement); return; }
        var (n, tau, alpha) = (input.Whole("n"), input.Number("tau"), input.Number("alpha"));
        var (discordance, drop) = (input.Number("discordance"), input.Number("drop"));
        var (lost, gained, z) = (discordance / 2 + drop, discordance / 2, Normal.UpperQuantile(alpha));
        bool TangoPasses(int l, int g) => Tango.Score(l, g, n, tau) > z;
        bool TangoDrops(int l, int g) => Tango.Score(l, g, n, 0) < -z;
        bool Drops(int l, int g) => McNemar.Drop(l, g) <= alpha;
        var critical = n <= 520 || Wants(@case, "exact") ? Criticals.GetOrAdd((n, tau, alpha), key => ExactUnconditional.Critical(key.Item1, key.Item2, key.Item3)) : double.NaN;
        bool ExactPasses(int l, int g) => Tango.Score(l, g, n, tau) >= critical - 1e-9;
        agreement.Check(@case.GetProperty("expected").GetProperty("enumerated"),
            Inputs.Fields(("tango", Enumerated(n, lost, gained, TangoPasses, TangoDrops)), ("exact", Enumerated(n, lost, gained, ExactPasses, Drops))), "enumerated");

        var rules = new Dictionary<string, Func<PairedTable, int>>
        {
            ["tango"] = Remember(t => Code(TangoPasses(t.Lost, t.Gained), TangoDrops(t.Lost, t.Gained))),
            ["newcombe"] = t => Newcombe.Limits(t, alpha) is var limits ? Code(limits.Lower > -tau, limits.Upper < 0) : 2,
            ["exact"] = Remember(t => Code(ExactPasses(t.Lost, t.Gained), Drops(t.Lost, t.Gained))),
            ["tango_pass_midp_drop"] = Remember(t => Code(TangoPasses(t.Lost, t.Gained), McNemar.DropMid(t.Lost, t.Gained) <= alpha)),
            ["loss_only"] = Remember(t => Code(LossOnly.LowerLimit(t, alpha) > -tau, Drops(t.Lost, t.Gained))),
        };
        var counts = rules.Keys.ToDictionary(k => k, _ => new double[3]);
        var tables = input.Whole("tables");
        var random = new RandomStream(20260101, "operating/" + @case.GetProperty("id").GetString());
        var draw = new Trinomial(n, lost, gained);
        var bothShare = (input.Number("base") - lost) / (1 - lost - gained);
        var stay = new Dictionary<int, Trinomial>();
        for (var i = 0; i < tables; i++)
        {
            var (l, g) = draw.Next(random);
            if (!stay.TryGetValue(n - l - g, out var rest)) stay.Add(n - l - g, rest = new Trinomial(n - l - g, Math.Clamp(bothShare, 0, 1), 0));
            var both = rest.Next(random).First;
            var table = new PairedTable(both, l, g, n - l - g - both);
            foreach (var (name, rule) in rules) counts[name][rule(table)]++;
        }

        agreement.Check(@case.GetProperty("expected").GetProperty("passed_regressed_inconclusive"),
            counts.ToDictionary(c => c.Key, c => (object?)c.Value.Select(v => (object)(v / tables)).ToArray()), "passed_regressed_inconclusive");
    }

    private static bool Wants(JsonElement @case, string rule) => @case.GetProperty("expected").GetProperty("enumerated").TryGetProperty(rule, out _);

    private static int Code(bool passes, bool drops) => passes ? 0 : drops ? 1 : 2;

    private static Func<PairedTable, int> Remember(Func<PairedTable, int> rule)
    {
        var known = new Dictionary<(int, int), int>();
        return t => known.TryGetValue((t.Lost, t.Gained), out var code) ? code : known[(t.Lost, t.Gained)] = rule(t);
    }

    private static double[] Enumerated(int n, double lost, double gained, Func<int, int, bool> passes, Func<int, int, bool> drops)
    {
        var passed = PassRegion.Where(n, passes).Probability(lost, gained);
        var regressed = PassRegion.Where(n, (l, g) => passes(l, g) || !drops(l, g)).ComplementProbability(lost, gained);
        return [passed, regressed, 1 - passed - regressed];
    }
}
