using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One gated metric of one model, trained or served, with all the others beside it.</summary>
public abstract record MeasuredModel : MeasuredScores
{
    private protected MeasuredModel() { }

    /// <summary>The metric that is gated.</summary>
    public required MeasuredMetric Subject { get; init; }

    /// <summary>The gated metrics of the run that were measured, the subject included.</summary>
    public required IReadOnlyList<MeasuredMetric> Gated { get; init; }

    /// <summary>
    /// How many metrics gate the run: the family over which a drop is adjusted. One that was not measured counts as p = 1.
    /// </summary>
    public required int Declared { get; init; }

    /// <summary>
    /// The subject on all items, when the verdict rests on its first ones and a result is to be received; a baseline holds the full budget.
    /// </summary>
    public EvaluationResult? Whole { get; init; }

    /// <summary>Why the trained model is its reference itself; <c>null</c> if it is another.</summary>
    public string? Untuned { get; init; }

    /// <summary>What made the model: its recipe, or the served model's name and revision.</summary>
    public required RecipeIdentity Recipe { get; init; }

    /// <summary>The approved scores of people; those that hold are in the measurements already.</summary>
    internal ApprovedOverrides Overrides { get; init; } = ApprovedOverrides.None;

    /// <summary>Name of the metric.</summary>
    public sealed override string ToString() => Subject.Metric.Name;

    /// <summary>The model's name in what is received. A name from a path would differ from machine to machine.</summary>
    private protected virtual string ModelName => Recipe.Name;

    internal override IEnumerable<RuleTerm> FamilyTerms => [new("gated metrics", Invariant($"{Declared}"))];

    internal override void ClaimSnapshots() => Snapshots.Claim();

    internal override string Receive(GateSettings settings) => Snapshots.Receive((Whole ?? Subject.Now).Measurement, Anchored(settings), ModelName);

    internal override void Discard() => Snapshots.Discard();

    /// <summary>The approved scores of people on responses of this model.</summary>
    /// <exception cref="UserErrorException">A file is damaged, or two contradict each other.</exception>
    internal ApprovedOverrides ReadOverrides() => Snapshots.Overrides();

    // Without a model before, the first approved result is what the sum of all losses is measured from.
    private GateSettings Anchored(GateSettings settings) => Subject.Before is null ? settings with { Anchor = AnchorKind.FirstApproved } : settings;

    internal override Decision AgainstBaseline(GateSettings settings)
    {
        settings = Anchored(settings);
        var (approved, first, problem) = (default(ResultDocument), default(ResultDocument), default(string));
        try
        {
            approved = Snapshots.Approved();
            if (settings.Anchor == AnchorKind.FirstApproved) first = Snapshots.FirstApproved();
        }
        catch (UserErrorException e)
        {
            problem = e.Message;
        }

        var found = Of(approved);
        var claim = new PairedClaim
        {
            Against = ComparisonKind.Baseline,
            Approved = found is null ? null : Overrides.On(found.Measurement),
            ApprovedSettings = found?.Gate,
            BaselineProblem = problem,
            Now = Subject.Now.Measurement,
            Untuned = Untuned,
            Settings = settings,
            Anchor = settings.Anchor != AnchorKind.FirstApproved ? Subject.Before?.Measurement : Of(first) is { } pinned ? Overrides.On(pinned.Measurement) : null,
            ApproveCommand = Snapshots.ApproveCommand,
        };
        return RunVerdicts.Decide([claim, .. OtherBaselines()], declared: 2 * Declared)[0];
    }

    // Of another name: the comparison names the field that differs.
    private MetricResult? Of(ResultDocument? document) =>
        document?.Find(Subject.Now.Measurement.Metric) ?? document?.Metrics.FirstOrDefault();

    internal override Decision AgainstReference(GateSettings settings)
    {
        var others = Gated.Where(metric => !ReferenceEquals(metric, Subject)).Select(metric => ReferenceClaim(metric, settings with { ExactUnconditional = false }));
        return RunVerdicts.Decide([ReferenceClaim(Subject, settings), .. others], declared: Declared)[0];
    }

    /// <summary>The comparison with the untuned model, not decided yet.</summary>
    internal PairedClaim PairedWithReference(GateSettings settings) => ReferenceClaim(Subject, settings);

    internal override IReadOnlyList<FlippedItem> Flipped(Decision decision) =>
        FlippedItems.Of(decision, Subject.Metric.Benchmark.Items.ToDictionary(item => item.Id, item => item.Prompt, StringComparer.Ordinal),
            Texts(decision));

    // An approved result that does not pair may be of other items.
    internal override void KeepItems(Decision decision) => MeasuredItems.Keep(this, Models.Count > 0 ? Models[0] : null, Subject.Metric.Benchmark, Whole ?? Subject.Now, Subject.Before,
        decision is { Paired: not null, Claim: PairedClaim { Against: ComparisonKind.Baseline, Approved: { } approved } } ? approved : null);

    private SpecSnapshots Snapshots => new(Folders, Spec, Recipe, Subject.Metric.Name);

    private PairedClaim ReferenceClaim(MeasuredMetric metric, GateSettings settings) =>
        new() { Against = ComparisonKind.Reference, Untuned = Untuned, Approved = metric.Reference.Measurement, Now = metric.Now.Measurement, Settings = settings };

    // Only their p-values matter here: they are part of the family. A missing baseline counts as p = 1.
    private IEnumerable<PairedClaim> OtherBaselines() =>
        from metric in Gated
        where !ReferenceEquals(metric, Subject)
        let approved = Snapshots.ApprovedElsewhere(metric.Metric.Name)
        where approved is not null
        select new PairedClaim
        {
            Against = ComparisonKind.Baseline,
            Approved = Overrides.On(approved.Value.Approved.Measurement),
            Now = metric.Now.Measurement,
            Settings = approved.Value.Approved.Gate ?? new GateSettings { Margin = 0.02 },
            Anchor = approved.Value.First is { } first ? Overrides.On(first) : metric.Before?.Measurement,
        };

    // Both sides' responses are available in a comparison with the reference. An approved run's responses are known by digest only: many
    // are
    // repeated word by word, the others are in the store if this machine has had that run.
    private Dictionary<string, string> Texts(Decision decision)
    {
        var before = FlippedItems.DigestsBefore(decision);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (before.Count == 0 || decision.Claim is not PairedClaim { Approved: { } approved }) return texts;
        foreach (var response in Subject.Now.Responses.Concat(Subject.Before?.Responses ?? []))
            texts.TryAdd(response.Digest, response.Response.Text);
        var unknown = before.Where(digest => !texts.ContainsKey(digest)).ToHashSet(StringComparer.Ordinal);
        foreach (var (digest, text) in StoredTexts.Find(Folders.Store, approved.Model.WeightsDigest, unknown)) texts[digest] = text;
        return texts;
    }
}
