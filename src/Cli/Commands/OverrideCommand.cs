using System.CommandLine;
using SafetyGate.Harness;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate override SPEC.TEST --item ID --score S --why "…"</c>: a person's score in the place of the scorer's, for one response of a result;
/// it waits in the received file, is approved, counted and shown with it, and holds for that response from then on. <c>--withdraw</c> takes one
/// back.
/// </summary>
internal sealed class OverrideCommand
{
    private const int ShownItems = 5, ShownDigest = 12;

    private readonly Argument<string> _spec = new("SPEC.TEST") { Description = "The result: what was received, or else what is approved; of a recipe's training SPEC.TEST.training-N." };
    private readonly Option<string> _item = new("--item") { Description = "Id of the item, as the message of the verdict names it.", HelpName = "ID", Required = true };
    private readonly Option<int?> _sample = new("--sample") { Description = "Which sample of the item, from 0; needed where an item has several.", HelpName = "N" };
    private readonly Option<string?> _metric = new("--metric") { Description = "Which metric; needed where several of the file have the item." };
    private readonly Option<double?> _score = new("--score") { Description = "The score, in [0, 1]: 1 is good, 0 is bad." };
    private readonly Option<bool> _withdraw = new("--withdraw") { Description = "Put the scorer's own score in its place again." };
    private readonly Option<string> _why = new("--why") { Description = "Why the scorer is wrong about this response; it is kept with the score.", Required = true };
    private readonly Option<string?> _who = new("--who") { Description = "Who says so; by default git's user name." };
    private readonly Option<string?> _from = new("--from") { Description = "A received file, or a folder or zip archive that holds it, such as a downloaded CI artifact; the changed one is left beside the baselines.", HelpName = "ARTIFACT" };
    private readonly Option<string?> _baselines = BaselineFolder.Option();
    private readonly GateOutput _output;

    private OverrideCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new OverrideCommand(output);
        var command = new Command("override", "Put a person's score in the place of the scorer's, for one response of a result; it is approved, counted and shown with it.")
        {
            parts._spec, parts._item, parts._sample, parts._metric, parts._score, parts._withdraw, parts._why, parts._who, parts._from, parts._baselines
        };
        command.SetAction(parts.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        var judged = JudgedFolders.OfBaselines(parsed.GetValue(_baselines));
        _output.Out.WriteLine($"{judged.Words}");
        var store = new BaselineStore(judged.Baselines);
        var (score, why) = (Score(parsed), parsed.GetRequiredValue(_why));
        var who = parsed.GetValue(_who) ?? GitUser.Name() ?? throw new UserErrorException("git knows no user name; name yourself with --who \"NAME\".", GateExitCode.Usage);
        if (string.IsNullOrWhiteSpace(why) || string.IsNullOrWhiteSpace(who)) throw new UserErrorException("An override is kept with who and why; neither may be empty.", GateExitCode.Usage);
        using var artifact = parsed.GetValue(_from) is { } path ? ReceivedArtifact.Open(path) : null;
        var results = Results(store, artifact, parsed.GetRequiredValue(_spec), out var isApproved);
        var (key, document) = results[0];
        var place = Place.Of(document, $"{key}", parsed.GetRequiredValue(_item), parsed.GetValue(_metric), parsed.GetValue(_sample));
        var before = place.In(document)!;
        Require(before, place.Sample, score);
        var scored = ScoreOverrides.Find(before, place.Sample) is { } earlier ? earlier.Scored : before.Scores[place.Sample];
        List<(BaselineKey Key, ResultDocument Document)> changed = [];
        foreach (var (other, held) in results) // the same response in another training of the recipe
            if (place.Change(held, outcome => place.SampleIn(outcome) is not { } sample ? outcome : score is { } given ? ScoreOverrides.With(outcome, sample, given, who, why) : ScoreOverrides.Without(outcome, sample)) is { } now)
                changed.Add((other, now));
        foreach (var (other, now) in changed) store.Receive(other, now);
        Print(store, place, changed, isApproved, $"{Shown(before.Scores[place.Sample])} → {Shown(score ?? scored)} by {who} ({why})", score is null);
        return GateExitCode.Passed;
    }

    private void Print(BaselineStore store, Place place, IReadOnlyList<(BaselineKey Key, ResultDocument Document)> changed, bool isApproved, string words, bool isWithdrawn)
    {
        if (isApproved) _output.Out.WriteLine($"from        the approved result; none was received");
        foreach (var (key, _) in changed)
            _output.Out.WriteLine($"{(isWithdrawn ? "withdrawn " : "overridden")}  {key}: {place.Item}, sample {place.Sample}, response {place.Digest[..ShownDigest]}: {words}");
        var count = changed[0].Document.Metrics.Sum(metric => ScoreOverrides.Count(metric.Measurement));
        _output.Out.WriteLine($"            {count} of {changed[0].Document.Metrics.Sum(metric => metric.Measurement.Items.Sum(item => item.Scores.Count))} scores of this result {(count == 1 ? "is" : "are")} a person's; each holds for its response once the result is approved, and a run before that leaves a received result without it");
        if (isWithdrawn && store.Overrides(changed[0].Key, changed[0].Document.Recipe?.Name, changed).Holder(place.Measured, place.Item, place.Digest) is { } holder)
            _output.Out.WriteLine($"note        {holder} has a person's score for this response too, and it holds here as long as it is approved there: withdraw it there as well");
        _output.Out.WriteLine($"next        {BaselineStore.ApproveCommand(changed[0].Key.Whole)}");
    }

    private double? Score(ParseResult parsed)
    {
        var score = parsed.GetValue(_score);
        if (parsed.GetValue(_withdraw) == score is not null) throw new UserErrorException("An override needs either --score, or --withdraw to take one back.", GateExitCode.Usage);
        return score is null or (>= 0 and <= 1) ? score : throw new UserErrorException(Invariant($"--score is {score}; a score lies in [0, 1], and 1 is good."), GateExitCode.Usage);
    }

    // The wanted result first, then those of the other trainings of the same test.
    private static List<(BaselineKey Key, ResultDocument Document)> Results(BaselineStore store, ReceivedArtifact? artifact, string wanted, out bool isApproved)
    {
        var received = artifact?.Files ?? [.. store.AllReceived().Select(key => (key, store.ReceivedPath(key)))];
        if (received.Any(one => Matches(one.Key))) return Ordered(received, wanted, isReceived: true, out isApproved);
        List<(BaselineKey Key, string Path)> approved = artifact is not null ? [] : [.. store.All().Where(file => file.Status == BaselineStatus.Approved).Select(file => Path.Combine(store.Directory, file.File))
            .Select(path => (Document: ResultFile.Read(path), Path: path)).Where(one => one.Document is { Spec: not null, Test: not null }).Select(one => (new BaselineKey(one.Document.Spec!, one.Document.Test!), one.Path))];
        if (approved.Any(one => Matches(one.Key))) return Ordered(approved, wanted, isReceived: false, out isApproved);
        var known = received.Select(one => one.Key).Concat(approved.Select(one => one.Key)).Distinct().OrderBy(key => $"{key}", StringComparer.Ordinal).ToList();
        throw new UserErrorException($"There is no result of '{wanted}', received or approved, in {(artifact is null ? store.Directory : "what --from names")}{(known.Count == 0 ? "" : $"; there are {string.Join(", ", known)}")}. An override is made in a result: run the spec first ('{GateCommandName.Test}').", GateExitCode.NotComparable);

        bool Matches(BaselineKey key) => key.ToString() == wanted || key.Whole.ToString() == wanted;
    }

    private static List<(BaselineKey Key, ResultDocument Document)> Ordered(IReadOnlyList<(BaselineKey Key, string Path)> results, string wanted, bool isReceived, out bool isApproved)
    {
        isApproved = !isReceived;
        if (results.FirstOrDefault(one => one.Key.ToString() == wanted) is not { Key: { } key })
            throw new UserErrorException($"'{wanted}' has a result for each training; name one: {string.Join(", ", results.Where(one => one.Key.Whole.ToString() == wanted).Select(one => one.Key))}.", GateExitCode.Usage);
        if (results.Count(one => one.Key == key) > 1) throw new UserErrorException($"--from holds several results for {key}; choose one with --from FILE.");
        return [.. results.Where(one => one.Key.Whole == key.Whole).OrderByDescending(one => one.Key == key).Select(one => (one.Key, ResultFile.Read(one.Path)))];
    }

    private static void Require(ItemOutcome item, int sample, double? score)
    {
        var overridden = ScoreOverrides.Find(item, sample) is not null;
        if (score is null && !overridden) throw new UserErrorException($"The score of item '{item.Id}', sample {sample}, is the scorer's own; there is nothing to withdraw.");
        if (score is not null && !overridden && item.Scores[sample] == score) throw new UserErrorException(Invariant($"The scorer gives item '{item.Id}', sample {sample}, {score} already; there is nothing to override."));
    }

    private static string Shown(double? score) => score is { } value ? Invariant($"{value:0.####}") : "unscored";

    // One response to one item of one benchmark, by one version of a scorer.
    private sealed record Place(Measurement Measured, string Item, int Sample, string Digest)
    {
        public static Place Of(ResultDocument document, string name, string item, string? metric, int? sample)
        {
            var known = document.Metrics.Select(one => one.Measurement).Where(one => metric is null || one.Metric == metric).ToList();
            if (known.Count == 0) throw new UserErrorException($"{name} has no metric{(metric is null ? "" : $" '{metric}'; it has {string.Join(", ", document.Metrics.Select(one => $"'{one.Measurement.Metric}'"))}")}.");
            var holding = known.Where(one => one.Items.Any(outcome => outcome.Id == item)).ToList();
            if (holding.Count == 0) throw new UserErrorException($"{name} has no item '{item}'. Its items are {string.Join(", ", known.SelectMany(one => one.Items).Take(ShownItems).Select(one => $"'{one.Id}'"))} …; the message of the verdict and the report name those that flipped.");
            if (holding.Count > 1) throw new UserErrorException($"{name} has item '{item}' in {string.Join(" and ", holding.Select(one => $"'{one.Metric}'"))}; name one with --metric.", GateExitCode.Usage);
            var outcome = holding[0].Items.First(one => one.Id == item);
            if (sample is null && outcome.ResponseDigests.Distinct(StringComparer.Ordinal).Count() > 1) throw new UserErrorException(Invariant($"Item '{item}' has {outcome.Scores.Count} samples; name one with --sample, from 0 to {outcome.Scores.Count - 1}."), GateExitCode.Usage);
            var chosen = sample ?? 0;
            return chosen >= 0 && chosen < outcome.Scores.Count
                ? new(holding[0], item, chosen, outcome.ResponseDigests[chosen])
                : throw new UserErrorException(Invariant($"Item '{item}' has no sample {chosen}; it has {outcome.Scores.Count}, counted from 0."), GateExitCode.Usage);
        }

        public ItemOutcome? In(ResultDocument document) => document.Metrics.Where(metric => IsAlike(metric.Measurement)).SelectMany(metric => metric.Measurement.Items).FirstOrDefault(one => one.Id == Item);

        public int? SampleIn(ItemOutcome outcome) => outcome.ResponseDigests.Index().Where(one => one.Item == Digest).Select(one => (int?)one.Index).FirstOrDefault();

        /// <summary>The document with the outcome changed; <c>null</c> if that changes nothing.</summary>
        public ResultDocument? Change(ResultDocument document, Func<ItemOutcome, ItemOutcome> change)
        {
            if (In(document) is not { } outcome || change(outcome) is not { } changed || ReferenceEquals(changed, outcome)) return null;
            return document with
            {
                Metrics = [.. document.Metrics.Select(metric => !IsAlike(metric.Measurement) ? metric : metric with { Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select(one => one.Id == Item ? changed : one)] } })],
            };
        }

        private bool IsAlike(Measurement other) => (other.Metric, other.BenchmarkDigest, other.Scorer, other.ScorerVersion) == (Measured.Metric, Measured.BenchmarkDigest, Measured.Scorer, Measured.ScorerVersion);
    }
}
