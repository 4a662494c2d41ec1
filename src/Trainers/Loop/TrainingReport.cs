using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Loop;

/// <summary>Results of a training run: the part common to all algorithms. Numbers only; a gate judges them.</summary>
/// <param name="Outcome">Outcome of the loop.</param>
public abstract record TrainingReport([property: JsonIgnore] TrainingOutcome Outcome)
{
    /// <inheritdoc cref="TrainingOutcome.Steps"/>
    public long Steps => Outcome.Steps;

    /// <inheritdoc cref="TrainingOutcome.StoppedBy"/>
    public string StoppedBy => Outcome.StoppedBy;

    /// <inheritdoc cref="TrainingOutcome.ReachedTarget"/>
    public bool? ReachedTarget => Outcome.ReachedTarget;

    /// <inheritdoc cref="TrainingOutcome.SelectionAccuracy"/>
    public double? SelectionAccuracy => Outcome.SelectionAccuracy;

    /// <inheritdoc cref="TrainingOutcome.Epochs"/>
    public double Epochs => Outcome.Epochs;

    /// <inheritdoc cref="TrainingOutcome.Tokens"/>
    public long Tokens => Outcome.Tokens;
}
