using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Reports;

/// <summary>The numbers of one paired comparison, worst case, in the stored direction (1 is good, a negative change is a loss).</summary>
public sealed record ReportedComparison
{
    /// <summary>Items.</summary>
    public required int Items { get; init; }

    /// <summary>Behaviors, which decide, where items share them; <c>null</c> if each item is a separate unit.</summary>
    public int? Behaviors { get; init; }

    /// <summary>Behaviors that got worse; <c>null</c> with <see cref="Behaviors"/>.</summary>
    public int? LostBehaviors { get; init; }

    /// <summary>Behaviors that got better; <c>null</c> with <see cref="Behaviors"/>.</summary>
    public int? GainedBehaviors { get; init; }

    /// <summary>Samples of each item.</summary>
    public required int Samples { get; init; }

    /// <summary>The approved run or the untuned reference.</summary>
    public required ReportedRate Before { get; init; }

    /// <summary>This run.</summary>
    public required ReportedRate Now { get; init; }

    /// <summary>Mean change, now − before, as a share.</summary>
    public required double Difference { get; init; }

    /// <summary>Limits of the change at the level of the rule.</summary>
    public required Interval Limits { get; init; }

    /// <summary>Name of the method behind <see cref="Limits"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Items that got worse.</summary>
    public required int Lost { get; init; }

    /// <summary>Items that got better.</summary>
    public required int Gained { get; init; }

    /// <summary>One-sided p of a drop.</summary>
    public required double DropP { get; init; }

    /// <summary>The same after Holm over the comparisons of the run.</summary>
    public required double AdjustedDropP { get; init; }

    /// <summary>How many comparisons Holm counted.</summary>
    public required int Family { get; init; }

    /// <summary>Items unscored now, counted as bad.</summary>
    public required int UnscoredNow { get; init; }

    /// <summary>Items unscored before, counted as good.</summary>
    public required int UnscoredBefore { get; init; }

    /// <summary>Items scored on both sides.</summary>
    public required int Scored { get; init; }

    /// <summary>Mean change over the items scored on both sides; <c>null</c> when there is none.</summary>
    public double? ScoredDifference { get; init; }

    /// <summary>Exact unconditional p of a drop of the margin or more; <c>null</c> if it was not requested or is not defined.</summary>
    public double? ExactUnconditionalP { get; init; }

    /// <summary>Minimum detectable effects; <c>null</c> for a single item.</summary>
    public DetectableDrops? CouldSee { get; init; }

    /// <summary>The numbers of a decided comparison.</summary>
    /// <param name="settings">The rule.</param>
    /// <param name="rule">The comparison.</param>
    /// <param name="before">The control's measurement, for the rate corrected for its scorer; it may hold more items.</param>
    /// <param name="now">The candidate's.</param>
    public static ReportedComparison Of(GateSettings settings, PairedEvidence rule, Measurement? before = null, Measurement? now = null)
    {
        var pairs = rule.Comparison;
        var scored = pairs.Items.Where(i => i.IsScored).ToList();
        var level = 1 - 2 * settings.AlphaOfALook;
        return new()
        {
            Items = pairs.Items.Count,
            Behaviors = pairs.IsClustered ? pairs.Units.Count : null,
            LostBehaviors = pairs.IsClustered ? pairs.Units.Count(u => u.WorstDifference < 0) : null,
            GainedBehaviors = pairs.IsClustered ? pairs.Units.Count(u => u.WorstDifference > 0) : null,
            Samples = pairs.Samples,
            Before = ReportedRate.Of([.. pairs.Units.Select(u => u.WorstApproved)], pairs.Worst is not null, level) with
            {
                Corrected = Corrected(before),
                Cut = Cut(before),
            },
            Now = ReportedRate.Of([.. pairs.Units.Select(u => u.WorstNow)], pairs.Worst is not null, level) with
            {
                Corrected = Corrected(now),
                Cut = Cut(now),
            },
            Difference = pairs.Difference,
            Limits = rule.Limits,
            Method = rule.Method,
            Lost = pairs.Lost.Count(),
            Gained = pairs.Gained.Count(),
            DropP = rule.DropP,
            AdjustedDropP = rule.AdjustedDropP,
            Family = rule.Family,
            ExactUnconditionalP = rule.ExactUnconditionalP,
            UnscoredNow = pairs.Items.Count(i => i.Now is null),
            UnscoredBefore = pairs.Items.Count(i => i.Approved is null),
            Scored = scored.Count,
            ScoredDifference = pairs.ScoredDifference,
            CouldSee = DetectableDrops.Of(settings, rule),
        };

        ScorerCorrected? Corrected(Measurement? measured) => measured is null ? null : ScorerCorrected.Of(measured with { Items = [.. Compared(measured)] }, level);

        CutResponses? Cut(Measurement? measured) => measured is null ? null : CutResponses.Of(Compared(measured));

        IEnumerable<ItemOutcome> Compared(Measurement measured)
        {
            var compared = pairs.Items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
            return measured.Items.Where(item => compared.Contains(item.Id));
        }
    }
}
