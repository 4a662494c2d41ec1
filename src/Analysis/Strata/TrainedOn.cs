namespace SafetyGate.Analysis.Strata;

/// <summary>Which training items an arm learnt from.</summary>
public enum TrainedOn
{
    /// <summary>None: the model as it was.</summary>
    None,

    /// <summary>Easy ones.</summary>
    Easy,

    /// <summary>Medium ones.</summary>
    Medium,

    /// <summary>Hard ones.</summary>
    Hard,

    /// <summary>Items of all strata, in their natural shares.</summary>
    All,
}
