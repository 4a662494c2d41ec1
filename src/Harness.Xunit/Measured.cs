using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>Something measured of a run or of several: the subject of the gate's verbs.</summary>
public abstract record Measured
{
    private protected Measured() { }

    /// <summary>The spec; names its snapshot.</summary>
    public required BaselineKey Spec { get; init; }

    /// <summary>Folders of snapshots and results.</summary>
    public required SpecFolders Folders { get; init; }

    /// <summary>The test run it belongs to: the log of its verdicts, and the report.</summary>
    public required SpecSession Session { get; init; }

    /// <summary>The verbs of the gate. One that does not apply to this subject throws, and names the subjects to which it does.</summary>
    public GateAssertions Should() => new(this);

    /// <summary>The runs that were measured.</summary>
    internal abstract IReadOnlyList<TrainedModel> Models { get; }

    /// <summary>The runs in the message, and the paths of their responses.</summary>
    internal abstract TextLine RunLine { get; }

    /// <summary>Terms of the family in which a comparison with the untuned model is decided.</summary>
    internal virtual IEnumerable<RuleTerm> FamilyTerms => [];

    /// <summary>The items that flipped, with their responses before and now; empty where none can flip.</summary>
    internal virtual IReadOnlyList<FlippedItem> Flipped(Decision decision) => [];

    /// <summary>Leaves all items with their answers beside the report, which is searched by them; nothing where there are none.</summary>
    internal virtual void KeepItems(Decision decision) { }
}
