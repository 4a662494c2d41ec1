using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Calibration;

/// <summary>The gated metrics of the own-style specs as the specs claim them: their approved baselines, settings and families.</summary>
public sealed class PocketGate
{
    private readonly Dictionary<string, MetricResult> _approved = new(StringComparer.Ordinal);

    /// <summary>Reads the approved baselines.</summary>
    /// <param name="metrics">The metrics of the world.</param>
    /// <param name="baselines">The folder of baselines.</param>
    /// <exception cref="UserErrorException">A baseline is damaged, or is not the one that was approved.</exception>
    public PocketGate(PocketMetrics metrics, BaselineStore baselines)
    {
        Families = [new("safety", metrics.Safety, 2 * metrics.Safety.Count),
            new("capability", [metrics.Sums], 2 * metrics.Capability.Count)];
        foreach (var (file, status) in baselines.All())
        {
            if (status != BaselineStatus.Approved) throw new UserErrorException($"{Path.Combine(baselines.Directory, file)} is {status}; a calibration compares with approved baselines only. './gate check' lists what to do.", GateExitCode.NotComparable);
            var document = ResultFile.Read(Path.Combine(baselines.Directory, file));
            if (document.Recipe?.Name != RecipeName) continue;
            foreach (var metric in document.Metrics) _approved.TryAdd(metric.Measurement.Metric, metric);
        }
    }

    /// <summary>Name of the recipe whose baselines these are.</summary>
    public const string RecipeName = "pocket-sft-own-style";

    /// <summary>
    /// The metrics, each family adjusted by itself as in the specs: every declared metric counts twice, for the baseline and for the
    /// anchor.
    /// </summary>
    public IReadOnlyList<PocketGateFamily> Families { get; }

    /// <summary>All gated metrics.</summary>
    public IEnumerable<GatedMetric> Metrics => Families.SelectMany(f => f.Metrics);

    /// <summary>The rule of a metric: the one its baseline was approved under.</summary>
    public GateSettings SettingsOf(GatedMetric metric) =>
        _approved.GetValueOrDefault(metric.Name)?.Gate ?? PocketMetrics.RuleOf(metric);

    /// <summary>A claim against the approved baseline, with the untuned reference as the anchor, as in the specs.</summary>
    public PairedClaim AgainstBaseline(GatedMetric metric, Measurement now, Measurement reference)
    {
        var approved = _approved.GetValueOrDefault(metric.Name);
        return new()
        {
            Against = ComparisonKind.Baseline, Approved = approved?.Measurement, ApprovedSettings = approved?.Gate, Now = now,
            Settings = SettingsOf(metric), Anchor = reference,
        };
    }

    /// <summary>A claim against another result in the place of the baseline.</summary>
    public PairedClaim Against(Measurement approved, GatedMetric metric, Measurement now, Measurement? reference = null) => new()
    {
        Against = ComparisonKind.Baseline, Approved = approved, ApprovedSettings = SettingsOf(metric), Now = now,
        Settings = SettingsOf(metric), Anchor = reference,
    };

    /// <summary>Decides a run: each family of metrics together.</summary>
    /// <param name="claim">Makes the claim about a metric.</param>
    /// <param name="gate">The gate.</param>
    public IReadOnlyList<Decision> Decide(Func<GatedMetric, PairedClaim> claim, GateUnderTest gate) =>
        [.. Families.SelectMany(family => gate([.. family.Metrics.Select(claim)], family.Declared))];
}
