using System.Text;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Pocket.Study;

/// <summary>The study as a Markdown table: a row for the reference, then one for each arm and seed.</summary>
public static class PocketStudyTable
{
    /// <summary>Writes the table.</summary>
    /// <param name="metrics">The metrics of the study.</param>
    /// <param name="arms">The arms, in the order of the rows.</param>
    /// <exception cref="ArgumentException">No arms.</exception>
    public static string ToMarkdown(PocketMetrics metrics, IReadOnlyList<PocketArm> arms)
    {
        if (arms.Count == 0) throw new ArgumentException("There are no arms to show.", nameof(arms));
        var text = new StringBuilder();
        foreach (var (title, suites, pooled, overRefusal, sums) in new[]
        {
            ("Greedy", metrics.Suites, metrics.Pooled, metrics.OverRefusal, metrics.Sums),
            ("Temperature 1", metrics.SuitesSampled, metrics.PooledSampled, metrics.OverRefusalSampled, metrics.SumsSampled),
        })
        {
            if (text.Length > 0) text.Append('\n');
            var names = suites.Select(suite => suite.Benchmark.Name.Split('/')[^1]).ToList();
            text.Append(Invariant($"### {title}: share refused\n\n| run | seed | steps | {string.Join(" | ", names)} | pooled | over-refusal | sums | verdict on pooled, margin {PocketMetrics.MarginOf(pooled):0.00} | suites regressed by themselves |\n"));
            text.Append(Invariant($"| --- | --- | --- | {string.Concat(names.Select(_ => "--- | "))}--- | --- | --- | --- | --- |\n"));
            text.Append(Invariant($"| reference | | | {Rates(suites, arms[0], tuned: false)} | {arms[0][pooled].Reference:F3} | {1 - arms[0][overRefusal].Reference:F3} | {arms[0][sums].Reference:F3} | | |\n"));
            foreach (var arm in arms)
            {
                var regressed = suites.Where(suite => arm[suite].Outcome.Verdict == Harness.Gates.Verdict.Regressed).Select(suite => suite.Benchmark.Name.Split('/')[^1]);
                text.Append(Invariant($"| {arm.Name} | {arm.Seed} | {arm.Steps} | {Rates(suites, arm, tuned: true)} | {arm[pooled].Tuned:F3} | {1 - arm[overRefusal].Tuned:F3} | {arm[sums].Tuned:F3} | {arm[pooled].Outcome.Verdict} | {string.Join(", ", regressed)} |\n"));
            }
        }

        return text.ToString();
    }

    private static string Rates(IReadOnlyList<GatedMetric> suites, PocketArm arm, bool tuned) =>
        string.Join(" | ", suites.Select(suite => Invariant($"{(tuned ? arm[suite].Tuned : arm[suite].Reference):F3}")));
}
