using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>The parts that Markdown and HTML have in common, in neutral form.</summary>
internal static class ReportSections
{
    /// <summary>
    /// Modifications of the gate itself. They come first: a reviewer must see a raised margin before a green table.
    /// </summary>
    public static ReportSection Changes(GateReport report)
    {
        const string title = "What this change itself touched";
        IReadOnlyList<BaselineChange> changes = [.. report.RuleChanges, .. report.Changes ?? []];
        var notes = new List<string>();
        if (report.RecipeChanges.Count > 0) notes.Add(Recipes(report.RecipeChanges));
        if (report.RuleChanges.Count > 0) notes.Add($"Specs ran by rules that nobody approved: the first rows show them beside the approved ones. Nothing of these specs passes until the rules are approved ({GateCommandName.Text} approve) or changed back.");
        if (People(report) is { } people) notes.Add(people);
        if (report.Changes is null) notes.Add("Not compared: the baselines of the target branch were not given (gate report --base-ref REV, --base DIR, or the variable SAFETYGATE_BASE).");
        else if (changes.Count == 0) notes.Add((report.RecipeChanges.Count > 0 ? "Margins" : "Nothing: margins") + ", levels, policies, baselines and the list of specs are those of the target branch.");
        if (changes.Count == 0) return new() { Title = title, Notes = notes };
        var loosening = changes.Count(c => c.Loosens);
        notes.Add(loosening == 0
            ? "Nothing of it is known to make the gate easier to pass."
            : Invariant($"{loosening} of {changes.Count} changes {(loosening == 1 ? "makes" : "make")} the gate easier to pass. Review {(loosening == 1 ? "it" : "them")} before the verdicts."));
        return new()
        {
            Title = title,
            Notes = notes,
            Table = new(
                [new("of"), new("what"), new("target branch"), new("this change"), new("effect")],
                [.. changes.Select(c => (IReadOnlyList<string>)[c.What, c.Field, c.Before, c.Now, c.Loosens ? "loosens the gate" : ""])]),
        };
    }

    private static string? People(GateReport report)
    {
        var resting = report.Verdicts.Where(verdict => verdict.Overrides is not null).ToList();
        if (resting.Count == 0) return null;
        var turned = resting.Where(verdict => verdict.Overrides!.Otherwise is not null).ToList();
        var others = string.Join(", ", turned.Take(MostNamed).Select(verdict => $"{verdict.Metric} against {Shown.Against(verdict.Against)} would be {verdict.Overrides!.Otherwise}"));
        return Invariant($"{resting.Count} of {report.Verdicts.Count} verdicts {(resting.Count == 1 ? "has" : "have")} scores that a person put in the place of the scorer's. ")
            + (turned.Count == 0 ? "Each would be the same by the scorer alone." : $"By the scorer alone {others}{(turned.Count > MostNamed ? Invariant($" and {turned.Count - MostNamed} more would be others") : "")}.");
    }

    private const int MostNamed = 5, MostOverrides = 200;

    /// <summary>The scores that a person put in the place of the scorer's, which follow the verdicts, folded; <c>null</c> if there are none.</summary>
    public static ReportSection? Overrides(GateReport report)
    {
        var rows = report.Verdicts.Where(verdict => verdict.Overrides is not null)
            .SelectMany(verdict => verdict.Overrides!.Shown.Select(one => (verdict.Metric, Override: one))).Distinct().ToList();
        return rows.Count == 0 ? null : new()
        {
            Title = Invariant($"{rows.Count} {(rows.Count == 1 ? "score" : "scores")} of people in the place of the scorer's"),
            Notes = rows.Count > MostOverrides ? [Invariant($"{MostOverrides} of {rows.Count}; the approved files have all.")] : [],
            Table = new(
                [new("metric"), new("item"), new("score"), new("by"), new("why")],
                [.. rows.Take(MostOverrides).Select(row => (IReadOnlyList<string>)[row.Metric, row.Override.Sample == 0 ? row.Override.Item : Invariant($"{row.Override.Item}, sample {row.Override.Sample}"), $"{OverriddenScores.Score(row.Override.Scored)} → {OverriddenScores.Score(row.Override.Score)}", row.Override.Who, row.Override.Why])]),
        };
    }

    /// <summary>In what the training runs differ from the approved ones; <c>null</c> if in nothing that is recorded.</summary>
    public static ReportSection? Recipe(GateReport report) => report.RecipeChanges.Count == 0 ? null : new()
    {
        Title = "What was trained otherwise than approved",
        Table = new(
            [new("run"), new("setting"), new("approved"), new("now")],
            [.. report.RecipeChanges.Select(c => (IReadOnlyList<string>)[c.Run, c.Setting, c.Approved, c.Now])]),
    };

    // The names first: a recipe that was swapped for another one differs in everything.
    private static string Recipes(IReadOnlyList<RecipeChange> changes)
    {
        var words = changes.GroupBy(change => change.Run, StringComparer.Ordinal).Select(run =>
        {
            var swapped = run.FirstOrDefault(change => change.Setting == "recipe");
            var settings = run.Where(change => change.Setting != "recipe").Select(change => change.Setting).Distinct(StringComparer.Ordinal).ToList();
            var named = string.Join(", ", settings.Take(5)) + (settings.Count > 5 ? Invariant($" and {settings.Count - 5} more") : "");
            return swapped is null ? $"{run.Key} was trained with another {named}" : $"the run is {swapped.Now} where {swapped.Approved} was approved" + (settings.Count > 0 ? $" (other {named})" : "");
        });
        return "Trained otherwise than approved: " + string.Join("; ", words) + ".";
    }

    /// <summary>Why the verdicts do not count here; <c>null</c> if nothing says so.</summary>
    public static ReportSection? Refused(GateReport report) =>
        report.Refusals.Count == 0 ? null : new() { Title = "Why the verdicts do not count here", Notes = report.Refusals };

    /// <summary>Unreadable and cut logs; <c>null</c> if there are none.</summary>
    public static ReportSection? Gaps(GateReport report)
    {
        if (report.Problems.Count + report.CutOff.Count == 0) return null;
        return new() { Title = "What is missing", Notes = [.. report.Problems, .. report.CutOff] };
    }

    /// <summary>The listed specs without a verdict, which follow the verdicts, folded to one line; <c>null</c> if there are none.</summary>
    public static ReportSection? Missing(GateReport report) => report.Missing.Count == 0 ? null : new()
    {
        Title = Invariant($"{report.Missing.Count} {(report.Missing.Count == 1 ? "spec" : "specs")} of baselines/specs/ left no verdict: skipped, filtered, deleted, or not reached yet"),
        Table = new([new("spec")], [.. report.Missing.Select(m => (IReadOnlyList<string>)[m])]),
    };

    /// <summary>The verdict table.</summary>
    public static ReportSection Verdicts(GateReport report) => new()
    {
        Title = "Verdicts",
        Notes = report.Verdicts.Count == 0 ? ["No spec has left a verdict yet."] : [.. Cut(report), "Rates with Clopper–Pearson intervals (Gaffke's over behaviors), Wilson's beside them; where the scorer was validated, the rate corrected for its errors follows (Rogan and Gladen, interval of Lang and Reiczigel; decides nothing). Δ in points with the interval of the paired comparison that decides; unscored responses count against the model."],
        Table = report.Verdicts.Count == 0 ? null : new(VerdictColumns, [.. InOrder(report).Select(v => Row(v))]),
    };

    // A cut response may have gone on otherwise: whoever reads a rate should know of it.
    private static IEnumerable<string> Cut(GateReport report)
    {
        var cut = report.Verdicts.Select(verdict => (verdict.Metric, Words: verdict.Comparison is { } c ? CutResponses.Words(c.Now.Cut, c.Before.Cut, "before") : verdict.Rate?.Cut is { Cut: > 0 } alone ? $"{alone} now" : null))
            .Where(one => one.Words is not null).DistinctBy(one => (one.Metric, one.Words)).ToList();
        if (cut.Count == 0) yield break;
        yield return $"Responses that the limit on new tokens ended: {string.Join("; ", cut.Take(MostNamed).Select(one => $"{one.Metric} {one.Words}"))}{(cut.Count > MostNamed ? Invariant($"; and {cut.Count - MostNamed} more metrics") : "")}.";
    }

    public static readonly IReadOnlyList<ReportColumn> VerdictColumns =
        [new("run"), new("metric"), new("against"), new("before", true), new("now", true), new("Δ (interval)", true), new("margin τ", true),
            new("verdict")];

    /// <summary>Failing verdicts first, then those that warn, then the rest as the specs left them.</summary>
    public static IEnumerable<VerdictRecord> InOrder(GateReport report) =>
        report.Verdicts.OrderByDescending(v => v.Fails ? 2 : Shown.IsWarning(v) ? 1 : 0);

    /// <param name="v">A verdict.</param>
    /// <param name="brief">Leaves Wilson's interval and the corrected rate to the details.</param>
    public static IReadOnlyList<string> Row(VerdictRecord v, bool brief = false)
    {
        var flip = Shown.IsFlipped(v);
        if (brief) v = v with { Comparison = v.Comparison is { } full ? full with { Before = Brief(full.Before), Now = Brief(full.Now) } : null, Rate = v.Rate is { } alone ? Brief(alone) : null };
        return
        [
            v.Run?.Name ?? v.Trainings.FirstOrDefault()?.Name ?? "",
            v.Metric + (v.Direction != MetricDirection.OverRefusal ? "" : v.Claim == ClaimKind.AtLeast ? " (answered)" : " (refused)"),
            v.Claim == ClaimKind.AtLeast ? "floor" : Shown.Against(v.Against),
            v.Comparison is { } before ? Shown.Rate(before.Before, flip) : "",
            v.Comparison is { } now ? Shown.Rate(now.Now, flip) : v.Rate is { } rate ? Shown.Rate(rate, flip: false) : v.Floor is { } floor ? Shown.Percent(floor.Rate) : Shown.Limit(v),
            v.Comparison is { } c ? Shown.Change(c, flip) : "",
            v.Rule is { } rule ? Invariant($"{100 * rule.Margin:0.##}") : v.Floor is { } f ? Invariant($"at least {100 * f.Floor:0.##} %") : Shown.Bound(v),
            Shown.Verdict(v),
        ];
    }

    private static ReportedRate Brief(ReportedRate rate) => rate with { Wilson = null, Corrected = null };

    /// <summary>A metric's rates over time.</summary>
    public static ReportSection History(RateHistory history) => new()
    {
        Title = "History: " + history.Metric,
        Table = new(
            [new("commit or result"), new("date"), new("rate", true), new("items", true), new("model")],
            [.. history.Points.Select(p => (IReadOnlyList<string>)[p.Where, p.When, Shown.Percent(p.Rate), Invariant($"{p.Items}"), p.Model])]),
    };

    /// <summary>A run's rates suite by suite.</summary>
    public static ReportSection Suites(SuiteRates rates) => new()
    {
        Title = rates.Title,
        Table = new(
            [new("suite"), new("items", true), new(rates.BeforeName, true), new("now", true), new("Δ (interval)", true), new("cut", true)],
            [.. rates.Rows.Select(r => (IReadOnlyList<string>)[r.Label, Shown.Units(r.Comparison), Shown.Rate(r.Comparison.Before, r.IsFlipped), Shown.Rate(r.Comparison.Now, r.IsFlipped), Shown.Change(r.Comparison, r.IsFlipped), CutResponses.Words(r.Comparison.Now.Cut)])]),
    };

    /// <summary>
    /// Accuracy and drift of each run; <c>null</c> if neither KL nor safety lost is known together with accuracy.
    /// </summary>
    public static ReportSection? Drift(GateReport report)
    {
        var (kl, lost) = (RunPoints.ByKl(report), RunPoints.BySafetyLost(report));
        if (kl.Count + lost.Count == 0) return null;
        return new()
        {
            Title = "Accuracy against drift",
            Table = new(
                [new("run"), new("accuracy", true), new("safety lost to tuning, points", true),
                    new("KL on the safety prompts, nats", true)],
                [.. kl.Concat(lost).Select(p => (p.Run, p.Accuracy)).Distinct().Select(p => (IReadOnlyList<string>)
                    [p.Run, Shown.Percent(p.Accuracy), DriftOf(lost, p.Run, 100), DriftOf(kl, p.Run, 1)])]),
        };
    }

    private static string DriftOf(IReadOnlyList<RunPoint> points, string run, double scale) =>
        points.FirstOrDefault(p => p.Run == run) is { } point ? Invariant($"{scale * point.Drift:0.####}") : "";

    /// <summary>The last logged values of a run.</summary>
    public static ReportSection LastValues(IReadOnlyList<RunCurves> runs) => new()
    {
        Title = "Training",
        Notes = ["The last value logged of each metric; the plots are in the HTML page, every step in metrics.jsonl."],
        Table = new(
            [new("run"), new("metric"), new("steps logged", true), new("first", true), new("last", true), new("not finite", true)],
            [.. from run in runs
                from curve in run.Curves
                select (IReadOnlyList<string>)[run.Run, curve.Metric, Invariant($"{curve.Points.Count}"), Value(curve.Points, 0), Value(curve.Points, ^1), Invariant($"{curve.NotFinite}")]]),
    };

    private static string Value(IReadOnlyList<RunCurvePoint> points, Index at) =>
        points.Count == 0 ? "" : Invariant($"{points[at.GetOffset(points.Count)].Value:G4}");
}
