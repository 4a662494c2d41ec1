using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Reports;

/// <summary>Which τ, α, policies, baselines and listed specs differ between two folders of baselines. A reviewer reads it first.</summary>
public static class BaselineChanges
{
    private const string None = "—";

    /// <summary>The differences; those that loosen the gate come first.</summary>
    /// <param name="before">The folder as of the target branch; need not exist.</param>
    /// <param name="now">The folder as it is; need not exist.</param>
    public static IReadOnlyList<BaselineChange> Between(string before, string now) =>
        [.. Baselines(before, now).Concat(Specs(before, now)).OrderByDescending(c => c.Loosens).ThenBy(c => c.What, StringComparer.Ordinal)];

    /// <summary>
    /// Which rules differ between the list of specs and what ran: changed, added and gone ones, and specs without an approved rule; those
    /// that loosen a gate come first.
    /// </summary>
    /// <param name="approved">The list of specs.</param>
    /// <param name="ran">The verdicts.</param>
    internal static IReadOnlyList<BaselineChange> OfRules(SpecManifest approved, IReadOnlyList<VerdictRecord> ran)
    {
        var tests = ran.Select(verdict => verdict.Entry).ToHashSet();
        var unapproved = approved.Specs.Where(spec => !spec.IsApproved && tests.Contains(spec.Test))
            .Select(spec => new BaselineChange(Name(spec.Test), "rule", spec.Rules.Count == 0 ? None : $"not as approved ({spec.Status})", "not approved", Loosens: true));
        var unlisted = approved.Unlisted(tests).Select(test => new BaselineChange(Name(test), "rule", None, "not approved: the spec is not listed", Loosens: true));
        return [.. unapproved.Concat(unlisted).Concat(approved.RuleChanges([.. ran.Select(verdict => verdict.Ran)]).Select(Of)).OrderByDescending(c => c.Loosens).ThenBy(c => c.What, StringComparer.Ordinal)];
    }

    private static IEnumerable<BaselineChange> Baselines(string before, string now)
    {
        var (old, present) = (Files(before), Files(now));
        foreach (var file in old.Keys.Union(present.Keys).Order(StringComparer.Ordinal))
        {
            var (a, b) = (old.GetValueOrDefault(file), present.GetValueOrDefault(file));
            if (Pinned(before, file, a) is { } then && b is not null && Pinned(now, file, b) is var pinned && pinned != then)
                yield return new(Name(Read(b).Document, file), "first approved result (the anchor)", Shorter(then), pinned is null ? None : Shorter(pinned), true);
            if (a is not null && b is not null && BoundedFile.Read(a, StrictJson.MaximumBytes).AsSpan().SequenceEqual(BoundedFile.Read(b, StrictJson.MaximumBytes))) continue;
            foreach (var change in OfFile(file, Read(a), Read(b))) yield return change;
        }
    }

    private static string? Pinned(string folder, string file, string? path)
    {
        var note = Path.Combine(folder, file + ".approval.md");
        return path is not null && File.Exists(note) ? ApprovalNote.Parse(BoundedFile.ReadText(note), file)?.First : null;
    }

    private static IEnumerable<BaselineChange> OfFile(string file, (ResultDocument? Document, string? Problem) before,
        (ResultDocument? Document, string? Problem) now)
    {
        var what = Name(now.Document ?? before.Document, file);
        if (before.Problem is not null || now.Problem is not null)
            return [new(what, "baseline", before.Problem ?? "readable", now.Problem ?? "readable", Loosens: now.Problem is not null)];
        if (before.Document is null) return [
            .. now.Document!.Metrics.Select(m => new BaselineChange(Of(what, now.Document!, m), "baseline added", None, Result(m), false)),
            .. now.Document.Kl.Select(kl => new BaselineChange(what, "baseline added", None, Result(kl), false)),
        ];
        if (now.Document is null)
            return [new(what, "baseline removed",
                string.Join("; ", before.Document.Metrics.Select(Result).Concat(before.Document.Kl.Select(Result))), None, true)];
        return Changed(what, before.Document, now.Document);
    }

    private static IEnumerable<BaselineChange> Changed(string what, ResultDocument before, ResultDocument now)
    {
        if (before.Model.WeightsDigest != now.Model.WeightsDigest)
            yield return new(what, "approved model", $"{before.Model.Name} {Short(before.Model.WeightsDigest)}",
                $"{now.Model.Name} {Short(now.Model.WeightsDigest)}", false);
        foreach (var old in before.Metrics)
        {
            var name = Of(what, before, old);
            if (now.Find(old.Measurement.Metric) is not { } present)
            {
                yield return new(name, "metric removed", Result(old), None, true);
                continue;
            }

            foreach (var change in Rules(name, old, present)) yield return change;
            foreach (var (field, then, value) in Comparability.Identity(old.Measurement).Zip(Comparability.Identity(present.Measurement), (x, y) => (x.Field, x.Value, y.Value)))
                if (then != value) yield return new(name, field, Shorter(then), Shorter(value), false);
            var (a, b) = (ResultSummary.Of(old.Measurement), ResultSummary.Of(present.Measurement));
            if (!a.AgreesWith(b)) yield return new(name, "approved result", Result(old), Result(present), b.WorstCase < a.WorstCase);
            else if (!Comparability.SameOutcomes(old.Measurement, present.Measurement))
                yield return new(name, "approved outcomes", Result(old), "the same rate, by other items or responses", false);
            if (a.Cut is { } cut && b.Cut is { } cutNow && cut != cutNow)
                yield return new(name, "responses cut at the limit on new tokens", Invariant($"{cut}"), Invariant($"{cutNow}"), false);
            var (people, peopleNow) = (People(old), People(present));
            if (!people.SetEquals(peopleNow)) // one that raises a score lets that response pass under every verb
                yield return new(name, "scores of people", Words(people), Words(peopleNow), peopleNow.Except(people).Any(one => one.Score > (one.Scored ?? 0)));
        }

        foreach (var old in before.Kl)
        {
            if (now.Kl.FirstOrDefault(kl => kl.Metric == old.Metric) is not { } present)
            {
                yield return new(what, "KL removed", Result(old), None, true);
                continue;
            }

            if (old.Margin != present.Margin)
                yield return new(what, "KL margin", Invariant($"{old.Margin:R} nats"), Invariant($"{present.Margin:R} nats"),
                    present.Margin > old.Margin);
            if (old.Largest != present.Largest) // a higher bound lets more pass, a lower one narrows the limit of the mean
                yield return new(what, "largest KL of a response", Invariant($"{old.Largest:R} nats"), Invariant($"{present.Largest:R} nats"), true);
            if (old.Alpha != present.Alpha)
                yield return new(what, "KL alpha", Invariant($"{old.Alpha:R}"), Invariant($"{present.Alpha:R}"), present.Alpha > old.Alpha);
            if (old.Mean != present.Mean) yield return new(what, "approved KL", Result(old), Result(present), present.Mean > old.Mean);
            if ((present with { Margin = old.Margin, Largest = old.Largest, Alpha = old.Alpha }).DifferenceFrom(old) is { } difference)
                yield return new(what, "KL " + difference.Split(':')[0], "as approved before", difference, false);
        }

        foreach (var added in now.Kl.Where(kl => before.Kl.All(old => old.Metric != kl.Metric)))
            yield return new(what, "KL added", None, Result(added), false);
        foreach (var added in now.Metrics.Where(m => before.Find(m.Measurement.Metric) is null))
            yield return new(Of(what, now, added), "metric added", None, Result(added), false);
    }

    private static IEnumerable<BaselineChange> Rules(string name, MetricResult before, MetricResult now)
    {
        if (before.Gate is not { } then || now.Gate is not { } rule)
        {
            if (before.Gate is not null || now.Gate is not null)
                yield return new(name, "gate", before.Gate is null ? "none" : "recorded", now.Gate is null ? "none" : "recorded",
                    now.Gate is null);
            yield break;
        }

        var direction = now.Measurement.Direction;
        foreach (var (field, a, b) in Comparability.Rule(then, direction).Zip(Comparability.Rule(rule, direction), (x, y) => (x.Field, x.Value, y.Value)))
            if (a != b) yield return new(name, field, a, b, Loosens(field, then, rule, direction));
    }

    private static bool Loosens(string field, GateSettings before, GateSettings now, MetricDirection direction) => field switch
    {
        Comparability.MarginField => now.Margin > before.Margin,
        Comparability.AlphaField => now.Alpha > before.Alpha, // a larger α makes the interval narrower, and the gate easier to pass
        Comparability.PolicyField => now.PolicyFor(direction) == InconclusivePolicy.Warn,
        Comparability.CategoryField => now.CategoryDropLimit > before.CategoryDropLimit,
        Comparability.CoverageField => now.MinimumCoverage < before.MinimumCoverage,
        Comparability.AnchorKindField => now.Anchor == AnchorKind.FirstApproved, // a tuned result may lie below the untuned model
        Comparability.AnchorField => now.AnchorMargin > before.AnchorMargin,
        Comparability.UntunedField => now.AllowUntuned,
        Comparability.FloorField => (now.Floor ?? 0) < (before.Floor ?? 0),
        _ => false,
    };

    private static IEnumerable<BaselineChange> Specs(string before, string now)
    {
        var (old, oldProblem) = Listed(before);
        var (present, problem) = Listed(now);
        if (oldProblem is not null || problem is not null)
        {
            yield return new("specs/", "list of specs", oldProblem ?? "readable", problem ?? "readable", problem is not null);
            yield break;
        }

        foreach (var gone in old.Keys.Except(present.Keys)) yield return new(Name(gone), "must run (specs/)", "yes", "no", true);
        foreach (var added in present.Keys.Except(old.Keys)) yield return new(Name(added), "must run (specs/)", "no", "yes", false);
        foreach (var test in old.Keys.Intersect(present.Keys))
            foreach (var change in RuleChange.Between(test, [.. old[test].Rules], [.. present[test].Rules])) yield return Of(change);
    }

    private static BaselineChange Of(RuleChange change) =>
        new(Name(change.Test), change.Field == RuleChange.WholeRule ? change.Field : $"{change.Field} ({change.Of})", Shorter(change.Before), Shorter(change.Now), change.Loosens);

    private static string Name(ManifestEntry test) => $"{test.Spec}.{test.Test}";

    private static (IReadOnlyDictionary<ManifestEntry, ListedSpec> Listed, string? Problem) Listed(string folder)
    {
        var none = new Dictionary<ManifestEntry, ListedSpec>();
        var path = SpecManifest.PathIn(folder);
        if (!Directory.Exists(path)) return (none, null);
        try
        {
            return (SpecManifest.Read(path).Specs.ToDictionary(spec => spec.Test), null);
        }
        catch (UserErrorException e)
        {
            return (none, e.Message);
        }
    }

    private static Dictionary<string, string> Files(string folder) =>
        Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.verified.json").ToDictionary(path => Path.GetFileName(path), StringComparer.Ordinal)
            : [];

    private static (ResultDocument? Document, string? Problem) Read(string? path)
    {
        if (path is null) return (null, null);
        try
        {
            return (ResultFile.Read(path), null);
        }
        catch (UserErrorException e)
        {
            return (null, "unreadable: " + e.Message);
        }
    }

    private static string Name(ResultDocument? document, string file) =>
        document is { Spec: { } spec, Test: { } test } ? $"{spec}.{test}" : file;

    private static string Of(string what, ResultDocument document, MetricResult metric) =>
        document.Metrics.Count == 1 ? what : $"{what}: {metric.Measurement.Metric}";

    private static HashSet<(string Item, string Digest, double? Scored, double Score, string Who, string Why)> People(MetricResult metric) =>
        [.. metric.Measurement.Items.SelectMany(item => item.Overrides.Select(one => (item.Id, item.ResponseDigests[one.Sample], one.Scored, item.Scores[one.Sample]!.Value, one.Who, one.Why)))];

    private static string Words(HashSet<(string Item, string Digest, double? Scored, double Score, string Who, string Why)> people) => people.Count == 0 ? None
        : Invariant($"{people.Count}: {string.Join(", ", people.Take(5).Select(one => Invariant($"{one.Item} {OverriddenScores.Score(one.Scored)} → {one.Score:0.####} by {one.Who}")))}{(people.Count > 5 ? ", …" : "")}");

    private static string Result(MetricResult metric)
    {
        var summary = ResultSummary.Of(metric.Measurement);
        var rule = metric.Gate is { } gate
            ? Invariant($", τ {gate.Margin:R}, α {gate.Alpha:R}, {gate.PolicyFor(metric.Measurement.Direction)}")
            : "";
        var people = ScoreOverrides.Count(metric.Measurement) is > 0 and var count ? Invariant($", {count} scores by people") : "";
        return Invariant($"{metric.Measurement.Metric}: {100 * summary.WorstCase:0.##} % of {summary.Items} items{rule}{people}");
    }

    private static string Result(KlResult kl) =>
        Invariant($"KL on {kl.Metric}: {kl.Mean:0.#####} nats over {kl.Prompts.Count} prompts, margin {kl.Margin:R}, α {kl.Alpha:R}");

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;

    private static string Shorter(string value) => value.Length == 64 && value.All(char.IsAsciiHexDigitLower) ? Short(value) : value;
}
