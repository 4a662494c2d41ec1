namespace SafetyGate.Studies.Strata;

/// <summary>What hard items of a planted world need, beside what easy ones teach.</summary>
public enum PlantedSkill
{
    /// <summary>What easy ones need.</summary>
    Same,

    /// <summary>Half of the hard items need it, the others another skill.</summary>
    Half,

    /// <summary>Another skill.</summary>
    Another,

    /// <summary>The same, and 30 % of the hard labels are wrong, in training and in test.</summary>
    SameWithNoise,
}
