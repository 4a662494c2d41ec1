using System.Globalization;
using System.Text.Json;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>How often a test that looks after every item has stopped by n, with our own draws.</summary>
internal static class SequentialOperating
{
    private const int Runs = 400; // standard error .025 at most against a tolerance of .08; the vectors themselves come from 2000

    public static void Judge(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        var (lost, gained, tau, alpha) = (input.Number("lost"), input.Number("gained"), input.Number("tau"), input.Number("alpha"));
        var random = new RandomStream(13, "sequential/" + @case.GetProperty("id").GetString());
        var wanted = @case.GetProperty("expected").GetProperty("passed_regressed_by");
        var horizons = wanted.EnumerateObject().First().Value.EnumerateObject().Select(h => int.Parse(h.Name, CultureInfo.InvariantCulture)).ToArray();
        var counts = wanted.EnumerateObject().ToDictionary(m => m.Name, _ => horizons.ToDictionary(h => h, _ => new double[2]));
        for (var run = 0; run < Runs; run++)
        {
            var d = new double[horizons.Max()];
            for (var i = 0; i < d.Length; i++) d[i] = random.NextDouble() is var u && u < lost ? -1 : u < lost + gained ? 1 : 0;
            foreach (var (name, byHorizon) in counts)
            {
                var parts = name.Split("_c");
                var cap = parts.Length == 2 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 0.5;
                var test = new SequentialPairedTest(d, tau, alpha, parts[0] == "grid_kelly" ? SequenceMethod.GridKelly : SequenceMethod.Betting, cap);
                var (passes, regresses) = (test.PassesAt ?? int.MaxValue, test.RegressesAt ?? int.MaxValue);
                foreach (var (horizon, cell) in byHorizon)
                {
                    if (passes <= horizon && passes < regresses) cell[0]++;
                    else if (regresses <= horizon && regresses < passes) cell[1]++;
                }
            }
        }

        agreement.Check(wanted, counts.ToDictionary(c => c.Key, c => (object?)c.Value.ToDictionary(h => Invariant($"{h.Key}"), h => (object?)h.Value.Select(v => (object)(v / Runs)).ToArray())), "passed_regressed_by");
    }
}
