using System.Text;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Safety.Pages;

/// <summary>A study as a page of Markdown with its plots and its numbers as JSON; every sentence and number is made from the runs.</summary>
public static class StudyPage
{
    /// <summary>The files of the page, by the end of their names: <c>.md</c>, <c>.json</c>, and an SVG for each plot.</summary>
    /// <param name="summary">The study.</param>
    /// <param name="command">The command that makes it.</param>
    /// <param name="name">Name of the page's file without its end, for the links to the others.</param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static IReadOnlyDictionary<string, string> Files(StudySummary summary, string command, string name)
    {
        if (summary.Result.Runs.Count == 0) throw new ArgumentException("There is no run to show.", nameof(summary));
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var text = new StringBuilder();
        Opening(text, summary, command, name);
        foreach (var part in summary.Parts) Section(text, files, summary, part, name);
        Methods(text, summary);
        Seeds(text, "Every seed, at temperature 1: share refused", summary, metrics => metrics.SuitesSampled, metrics => metrics.PooledSampled, metrics => metrics.OverRefusalSampled, metrics => metrics.TestSampled);
        Seeds(text, "Every seed, greedy: share refused", summary, metrics => metrics.Suites, metrics => metrics.Pooled, metrics => metrics.OverRefusal, metrics => metrics.Test);
        Bounds(text, summary);
        Failures(text, summary);
        files[".md"] = text.ToString();
        files[".json"] = StudyJson.Of(summary, command);
        return files;
    }

    private static void Opening(StringBuilder text, StudySummary summary, string command, string name)
    {
        var (settings, runs) = (summary.Study.Settings, summary.Result.Runs);
        text.Append(Invariant($"# {settings.Title}\n\nWritten by `{command}`. The numbers are in [{name}.json]({name}.json).\n\n"));
        if (settings.Text.Length > 0) text.Append(Invariant($"{settings.Text}\n\n"));
        var head = summary.Parts.First();
        var arms = summary.ArmsOf(head);
        text.Append(Invariant($"## Safety lost per point of accuracy gained\n\n{StudyWords.OfPrices(arms)}\n{StudyWords.OfSection(summary, head)}\n\n"));
        text.Append(Invariant($"{runs.Count} runs of {summary.Arms.Count} arms{(summary.Result.Missing.Count > 0 ? Invariant($", {summary.Result.Missing.Count} of the study's are not there yet") : "")}; {Places(runs)}; resident memory after a run was closed: {runs.Min(run => run.ResidentMebibytes)} to {runs.Max(run => run.ResidentMebibytes)} MiB; {runs.Sum(run => run.Seconds) / 60:0} minutes of training in all, beside whatever else the machines did.\n\n"));
    }

    private static void Section(StringBuilder text, Dictionary<string, string> files, StudySummary summary, StudyPart part, string name)
    {
        var arms = summary.ArmsOf(part);
        text.Append(Invariant($"## {part.Title}\n\n{(part.Text.Length > 0 ? part.Text + "\n\n" : "")}"));
        if (part != summary.Parts.First()) text.Append(Invariant($"{StudyWords.OfSection(summary, part)}\n\n"));
        text.Append("| arm | seeds at the target | validation accuracy | test accuracy, T = 1 | gained, points | safety, T = 1 | lost, points | lost, greedy | **lost per point** | over seeds (Fieller) | over seeds and items | more refused of harmless, points | KL adversarial, nats | KL training prompts, nats | steps | seconds |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var arm in arms) Row(text, arm);
        text.Append('\n');
        if (summary.ContrastsOf(part) is { Count: > 0 } contrasts)
        {
            text.Append(Invariant($"Compared with **{contrasts[0].Anchor.Arm.Label}** at matched accuracy:\n\n| arm | lost more, points | over seeds (Welch) | over seeds and items | lost more per point, over seeds and items | |\n| --- | --- | --- | --- | --- | --- |\n"));
            foreach (var contrast in contrasts)
                text.Append(contrast.Arm.Runs.Count == 0 ? Invariant($"| {Shown.Cell(contrast.Arm.Arm.Label)} | – | – | – | – | no run was finished |\n")
                    : Invariant($"| {Shown.Cell(contrast.Arm.Arm.Label)} | {Shown.Points(contrast.Lost.Difference)} | {Shown.Interval(contrast.Lost.Limits, Shown.Points)} | {Shown.Interval(contrast.LostResampled, Shown.Points)} | {Shown.Interval(contrast.PriceResampled, Shown.Ratio)} | {(contrast.WhyNot is { } why ? "not compared: " + Shown.Cell(why) : contrast.Sign switch { > 0 => "lost more", < 0 => "lost less", _ => "not told apart" })} |\n"));
            text.Append('\n');
        }

        List<ArmSummary> shown = [.. arms.Where(arm => arm.Runs.Count > 0)];
        if (shown.Count == 0) return;
        foreach (var (end, title, svg) in new[]
        {
            ($"-{part.Name}-seeds.svg", "Accuracy gained against safety lost, a point a seed", StudyPlots.Scatter(part, shown)),
            ($"-{part.Name}-price.svg", "Safety lost per point of accuracy gained", StudyPlots.Prices(part, shown)),
        })
        {
            files[end] = svg;
            text.Append(Invariant($"![{title}]({name}{end})\n\n"));
        }
    }

    private static void Row(StringBuilder text, ArmSummary arm)
    {
        var all = arm.Runs.Count + arm.Failures.Count;
        if (arm.Runs.Count == 0)
        {
            text.Append(Invariant($"| {Shown.Cell(arm.Arm.Label)} | 0 of {all} |{string.Concat(Enumerable.Repeat(" – |", 14))}\n"));
            return;
        }

        var (test, pooled) = (arm.Over(run => run[arm.Metrics.TestSampled.Name].Tuned)!, arm.Over(run => run[arm.Metrics.PooledSampled.Name].Tuned)!);
        var (testBefore, pooledBefore) = (arm.Runs[0][arm.Metrics.TestSampled.Name].Reference, arm.Runs[0][arm.Metrics.PooledSampled.Name].Reference);
        text.Append(Invariant($"| {Shown.Cell(arm.Arm.Label)} | {(arm.IsMatched ? "" : "**")}{arm.Reached} of {all}{(arm.IsMatched ? "" : "**")} | {Shown.Range(arm.Over(run => run.ValidationAccuracy), value => Shown.Share(value))} | {testBefore:0.000} → {test.Mean:0.000} | {Shown.Points(arm.Gained)} | {pooledBefore:0.000} → {pooled.Mean:0.000} | {Shown.Points(arm.Lost)} | {Shown.Points(arm.LostGreedy)} | {(arm.Price.PerPoint is { } price ? $"**{Shown.Ratio(price)}**" : Shown.Cell(arm.Price.Note))} | {Shown.Interval(arm.Price.OverSeeds, Shown.Ratio)} | {Shown.Interval(arm.Price.OverSeedsAndItems, Shown.Ratio)} | {Shown.Points(arm.OverRefused)} | {Shown.Range(arm.KlOnSafety, Shown.Nats)} | {Shown.Range(arm.KlOnTraining, Shown.Nats)} | {Shown.Range(arm.Over(run => run.Steps), steps => Invariant($"{steps:0}"))} | {Shown.Range(arm.Over(run => run.Seconds), seconds => Invariant($"{seconds:0}"))} |\n"));
    }

    private static void Methods(StringBuilder text, StudySummary summary)
    {
        var metrics = summary.Arms.First(arm => arm.Runs.Count > 0).Metrics;
        text.Append(Invariant($"""
            ## How it is computed

            - **Matched accuracy.** Each run ends when so much of the validation split is right at temperature 1 (target {summary.Study.Settings.Target:0.00} unless an arm says another); no other number reads that split. Gains are measured on the test split, which no run stops by. An arm of which a run did not reach the target is marked and not compared with others.
            - **Safety lost** is the mean over the {summary.Result.Runs[0].Lost.Count} behaviors of {metrics.PooledSampled.Benchmark.Items.Count} adversarial items of the untuned model's score less the tuned one's, both at temperature 1; a response that cannot be scored counts as unsafe. **Gained** is the same of right answers on the test split, the other way round. The untuned model is drawn once.
            - **Lost per point** is the mean loss of the seeds over their mean gain. *Over seeds*: Fieller's 95 % limits with Student's t, for which a gain near 0 gives no limits; the ratio is then called undefined. *Over seeds and items*: 95 % percentiles of {StudyResamples.Count} resamples in which trainings, behaviors and test items are drawn with replacement, each by itself (Owen's pigeonhole bootstrap, seeded); behaviors and items are drawn together for all arms.
            - Two arms are told apart, and a loss from 0, where Welch's (Student's) limits over seeds and those over seeds and items agree.
            - **KL** is that of whole responses to the untuned model at temperature 1, in nats: least and largest seed. The bounds were derived and checked for this project.
            - Seconds are those of the trainings when they were made, with the stages they build on.


            """));
    }

    private static void Seeds(StringBuilder text, string title, StudySummary summary, Func<StudyMetrics, IReadOnlyList<GatedMetric>> suites, Func<StudyMetrics, GatedMetric> pooled,
        Func<StudyMetrics, GatedMetric> overRefusal, Func<StudyMetrics, GatedMetric> test)
    {
        var names = suites(summary.Arms.First(arm => arm.Runs.Count > 0).Metrics).Select(suite => Shown.Cell(suite.Benchmark.Name.Split('/')[^1])).ToList();
        text.Append(Invariant($"## {title}\n\n| arm | seed | at the target | {string.Join(" | ", names)} | pooled | before | verdict | harmless refused | before | right on the test split | before | unscored |\n| --- | --- | --- | {string.Concat(names.Select(_ => "--- | "))}--- | --- | --- | --- | --- | --- | --- | --- |\n"));
        foreach (var arm in summary.Arms)
            foreach (var run in arm.Runs)
            {
                var (all, over, right) = (run[pooled(arm.Metrics).Name], run[overRefusal(arm.Metrics).Name], run[test(arm.Metrics).Name]);
                text.Append(Invariant($"| {Shown.Cell(arm.Arm.Label)} | {run.Seed} | {(run.ValidationAccuracy >= arm.Target ? "yes" : "**no**")} | {string.Join(" | ", suites(arm.Metrics).Select(suite => Shown.Share(run[suite.Name].Tuned)))} | {all.Tuned:0.000} | {all.Reference:0.000} | {all.Verdict} | {1 - over.Tuned:0.000} | {1 - over.Reference:0.000} | {right.Tuned:0.000} | {right.Reference:0.000} | {all.Unscored + over.Unscored + right.Unscored} |\n"));
            }

        text.Append('\n');
    }

    private static void Bounds(StringBuilder text, StudySummary summary)
    {
        text.Append("## Drift against each bound\n\nOf the pooled adversarial metric at temperature 1, and of the training prompts; the bound and what was measured as the least and largest of the seeds for which it has a number.\n\n| arm | bound | statement | seeds it applies to | of these vacuous | bound | measured | why not, elsewhere |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var arm in summary.Arms)
        {
            var bounds = arm.Runs.SelectMany(run => run.Drift.Bounds).Where(bound => bound.On == arm.Metrics.PooledSampled.Name || bound.On == "training prompts").ToList();
            foreach (var group in bounds.GroupBy(bound => (bound.Id, bound.On, bound.Value is null ? "" : bound.Premise)).GroupBy(group => (group.Key.Id, group.Key.On)))
            {
                var (with, without) = (group.SelectMany(one => one).Where(bound => bound.Value is not null).ToList(), group.SelectMany(one => one).Where(bound => bound.Value is null).ToList());
                foreach (var kind in with.GroupBy(bound => bound.Premise))
                    Line(arm, group.Key.Id, kind.ToList(), []);
                if (with.Count == 0) Line(arm, group.Key.Id, [], without);
            }
        }

        text.Append('\n');

        void Line(ArmSummary arm, string id, IReadOnlyList<DriftBound> with, IReadOnlyList<DriftBound> without) =>
            text.Append(Invariant($"| {Shown.Cell(arm.Arm.Label)} | {id} | {Shown.Cell(Short((with.Count > 0 ? with : without)[0].Statement))} | {with.Count} of {arm.Runs.Count} | {with.Count(bound => bound.Applies == BoundApplicability.Vacuous)} | {Shown.Range(SeedMean.Of([.. with.Select(bound => bound.Value!.Value)]), Four)} | {Shown.Range(SeedMean.Of([.. with.Select(bound => bound.Observed).OfType<double>()]), Four)} | {(without.Count > 0 ? Shown.Cell(without[0].Note) : "")} |\n"));
    }

    private static void Failures(StringBuilder text, StudySummary summary)
    {
        if (summary.Result.Failures.Count == 0) return;
        text.Append("## Runs that failed\n\n| arm | seed | why |\n| --- | --- | --- |\n");
        foreach (var failure in summary.Result.Failures) text.Append(Invariant($"| {Shown.Cell(failure.Arm)} | {failure.Seed} | {Shown.Cell(failure.Reason)} |\n"));
        text.Append('\n');
    }

    // The numbers inside a statement are those of one seed.
    private static string Short(string statement) => statement.Split(", K the mean")[0].Split(", S_p at least")[0];

    private static string Four(double value) => Invariant($"{value:0.####}");

    private static string Places(IReadOnlyList<StudyRun> runs) =>
        string.Join("; ", runs.GroupBy(run => Invariant($"{run.Environment.Device}, {run.Environment.Dtype}, {run.Environment.Threads} {(run.Environment.Threads == 1 ? "thread" : "threads")}")).Select(group => group.Count() == runs.Count ? group.Key : Invariant($"{group.Key}: {group.Count()}")));
}
