namespace SafetyGate.Harness.Gates;

/// <summary>
/// Evidence of a verdict: a paired comparison of one checkpoint, the trainings of a recipe, a divergence between two models, or a rate
/// against its floor.
/// </summary>
public abstract record Evidence
{
    private protected Evidence() { }
}
