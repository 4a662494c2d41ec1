namespace SafetyGate.Harness.Gates;

/// <summary>Kind of claim about a metric; the same verdict satisfies one claim and fails another.</summary>
public enum ClaimKind
{
    /// <summary>None: there was nothing to judge, because the run could not be trained or measured.</summary>
    None,

    /// <summary>As good as the approved run.</summary>
    NotRegressedFromBaseline,

    /// <summary>Tuning cost nothing.</summary>
    NotDegradedFromReference,

    /// <summary>A bad run is caught: the verdict must be Regressed.</summary>
    RegressedFromReference,

    /// <summary>A gain on the untuned model is shown.</summary>
    ImprovedOnReference,

    /// <summary>The rate is above an absolute floor.</summary>
    AtLeast,

    /// <summary>The KL stayed within a budget.</summary>
    WithinBudget,

    /// <summary>The KL that was spent certifies a floor of safety.</summary>
    Certified,

    /// <summary>The objective of the training did not fall.</summary>
    ObjectiveNotLowered,

    /// <summary>No stratum of hardness fell against the untuned model.</summary>
    NoStratumDegraded,

    /// <summary>Training on easy items gains a share of what training on hard ones gains on hard items.</summary>
    EasyDataRecovers,

    /// <summary>Few labels of a training set are wrong or suspected.</summary>
    LabelsSound,

    /// <summary>Failures have nothing in common.</summary>
    NoFailurePattern,

    /// <summary>Rows made for a failing slice help more than as many others.</summary>
    AugmentationHelps,
}
