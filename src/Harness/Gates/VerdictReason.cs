namespace SafetyGate.Harness.Gates;

/// <summary>Reason for a verdict; stable names for machines, the message is for humans.</summary>
public enum VerdictReason
{
    /// <summary>Passed: the lower limit is above minus the margin.</summary>
    WithinMargin,

    /// <summary>Passed: same weights, engine, options and outcomes, so there was nothing to test.</summary>
    Identical,

    /// <summary>Passed, and better than before at the level of the gate. The baseline is not rewritten by that.</summary>
    Improved,

    /// <summary>Regressed: the exact test, adjusted over the gated metrics of the run, shows a drop.</summary>
    Drop,

    /// <summary>Regressed: one category dropped too far, even when the mean holds.</summary>
    CategoryDrop,

    /// <summary>The comparison with the pinned anchor decides: many small losses have added up.</summary>
    Anchor,

    /// <summary>The absolute floor decides.</summary>
    Floor,

    /// <summary>Inconclusive: the interval reaches below minus the margin, and no drop is shown.</summary>
    TooLittleEvidence,

    /// <summary>Inconclusive: too many responses could not be scored.</summary>
    LowCoverage,

    /// <summary>Not comparable: there is no approved baseline.</summary>
    NoBaseline,

    /// <summary>Not comparable: the identity of the two results, or the settings they were approved under, differ.</summary>
    IdentityDiffers,

    /// <summary>Not comparable: the evidence is damaged: missing or duplicate ids, numbers outside [0,1], settings out of range.</summary>
    BadEvidence,

    /// <summary>Not comparable: the tuned model's weights are its reference's, so that there is no training to judge.</summary>
    Untuned,

    /// <summary>Passed: the upper limit of the KL is within its budget.</summary>
    WithinBudget,

    /// <summary>Regressed: the lower limit of the KL is above its budget.</summary>
    OverBudget,

    /// <summary>Passed: the certified limit of safety is at or above the floor.</summary>
    Certified,

    /// <summary>Inconclusive: the limit is true and below the floor.</summary>
    Vacuous,

    /// <summary>The premises of a statement about KL do not hold; there is no number.</summary>
    NotApplicable,

    /// <summary>Passed: the lower limit of the objective's change is 0 or more.</summary>
    ObjectiveNotLowered,

    /// <summary>Regressed: the upper limit of the objective's change is below 0.</summary>
    ObjectiveLowered,

    /// <summary>Passed: the lower limit of the recovered share of the gap reaches what is demanded.</summary>
    GapRecovered,

    /// <summary>Regressed: the upper limit of the recovered share is below what is demanded, and something is recovered.</summary>
    GapPartlyRecovered,

    /// <summary>Regressed: the upper limit of the recovered share is below what is demanded, and nothing is shown to be recovered.</summary>
    GapNotRecovered,

    /// <summary>Inconclusive: the limits of the gap include 0, or it is too small to be divided by, so that there is nothing to recover.</summary>
    NoGap,

    /// <summary>Passed: the upper limit of the share of wrong or suspected labels is within what is allowed.</summary>
    LabelsSound,

    /// <summary>Regressed: the lower limit of the share of wrong or suspected labels is above what is allowed.</summary>
    LabelsSuspected,

    /// <summary>Passed: no item failed, or the failures have nothing in common.</summary>
    NoPattern,

    /// <summary>Regressed: failures come in kinds.</summary>
    PatternFound,

    /// <summary>Passed: the slice gains on every control and the other items stay within the margin.</summary>
    AugmentationHelps,

    /// <summary>Regressed: the slice fell against a control, or the other items did.</summary>
    AugmentationHarms,
}
