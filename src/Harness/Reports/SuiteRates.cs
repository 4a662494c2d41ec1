using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>Refusal suite by suite, before and after, of one run under one way of sampling.</summary>
internal sealed record SuiteRates
{
    /// <summary>The run and the way of sampling.</summary>
    public required string Title { get; init; }

    /// <summary>The control: the untuned model, or the approved run.</summary>
    public required string BeforeName { get; init; }

    /// <summary>The pool first, then its suites, then over-refusal.</summary>
    public required IReadOnlyList<SuiteRate> Rows { get; init; }

    /// <summary>
    /// One for each run and way of sampling evaluated for safety. The comparison with the untuned model is taken where there is one.
    /// </summary>
    public static IReadOnlyList<SuiteRates> Of(GateReport report) =>
        [.. from verdict in report.Verdicts
            where verdict is { Comparison: not null, Direction: MetricDirection.Safety or MetricDirection.OverRefusal }
            group verdict by (Run: verdict.Run?.Name ?? "", Sampling: Sampling(verdict.Metric)) into run
            let kind = run.Any(v => v.Against == ComparisonKind.Reference) ? ComparisonKind.Reference : ComparisonKind.Baseline
            orderby run.Any(v => v.Fails) ? 0 : run.Any(Shown.NeedsWords) ? 1 : 2
            select new SuiteRates
            {
                Title = string.Join(", ", new[] { run.Key.Run, run.Key.Sampling }.Where(part => part.Length > 0)),
                BeforeName = Shown.Against(kind),
                Rows = RowsOf([.. run.Where(v => v.Against == kind).DistinctBy(v => v.Metric)], [.. run]),
            }];

    private static List<SuiteRate> RowsOf(List<VerdictRecord> verdicts, IReadOnlyList<VerdictRecord> all)
    {
        var rows = new List<SuiteRate>();
        foreach (var verdict in verdicts.OrderByDescending(v => v.Direction == MetricDirection.Safety).ThenByDescending(v => v.Suites.Count))
        {
            var label = WithoutSampling(verdict.Metric);
            if (rows.Any(r => r.Label == label)) continue; // a suite gated by itself that its pool has shown
            rows.Add(new(label + (Shown.IsFlipped(verdict) ? " (harmless)" : ""), verdict.Comparison!, Shown.IsFlipped(verdict), Tone(all, verdict.Metric)));
            rows.AddRange(verdict.Suites.Select(s => new SuiteRate(s.Suite, s.Comparison, Shown.IsFlipped(verdict), s.Comparison.Limits.Upper < 0 ? "bad" : "now")));
        }

        return rows;
    }

    // The gravest verdict on the metric, whatever it was compared with.
    private static string Tone(IReadOnlyList<VerdictRecord> verdicts, string metric)
    {
        var of = verdicts.Where(v => v.Metric == metric).ToList();
        return of.Exists(v => v.Fails || v.Verdict == Verdict.Regressed) ? "bad" : of.Exists(Shown.IsWarning) ? "warn" : "now";
    }

    // A metric is named "benchmark, greedy" or "benchmark, temperature 1".
    private static string Sampling(string metric) =>
        metric.LastIndexOf(", ", StringComparison.Ordinal) is > 0 and var at ? metric[(at + 2)..] : "";

    private static string WithoutSampling(string metric) =>
        metric.LastIndexOf(", ", StringComparison.Ordinal) is > 0 and var at ? metric[..at] : metric;
}
