using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Xunit;

/// <summary>A gated metric of one run or of a recipe's trainings: the subject of the verbs that compare scores.</summary>
public abstract record MeasuredScores : Measured
{
    private protected MeasuredScores() { }

    /// <summary>The comparison with the approved baseline. A baseline that cannot be read is a decision too: it never passes.</summary>
    internal abstract Decision AgainstBaseline(GateSettings settings);

    /// <summary>The comparison with the untuned model.</summary>
    internal abstract Decision AgainstReference(GateSettings settings);

    /// <summary>One test has one set of snapshots.</summary>
    /// <exception cref="InvalidOperationException">The test has gated another metric before.</exception>
    internal abstract void ClaimSnapshots();

    /// <summary>Leaves the result beside its baseline to be looked at and approved.</summary>
    /// <returns>Path of the received file; the first of several.</returns>
    internal abstract string Receive(GateSettings settings);

    /// <summary>Removes the files of an earlier run.</summary>
    internal abstract void Discard();
}
