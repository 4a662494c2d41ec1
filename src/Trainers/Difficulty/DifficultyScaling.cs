using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Difficulty;

/// <summary>Settings of advantages scaled by difficulty: α = data hardness × responsiveness, clamped (GRPO-S, after arXiv:2503.18991).</summary>
public sealed record DifficultyScaling
{
    /// <summary>Whether α follows the reward gap between the items' answers, which are demonstrations then, and the policy's responses. Default: yes.</summary>
    public bool Responsiveness { get; init; } = true;

    /// <summary>Largest squared distance of a gap from the step's mean gap that counts. Default .04: gaps within .2 of it. Where all count, responsiveness
    /// is 1.</summary>
    public double Tau { get; init; } = 0.04;

    /// <summary>α is no smaller. Default .5.</summary>
    [JsonPropertyName("alpha_min")]
    public double Least { get; init; } = 0.5;

    /// <summary>α is no larger. Default 2.</summary>
    [JsonPropertyName("alpha_max")]
    public double Most { get; init; } = 2;

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (!(Tau >= 0 && double.IsFinite(Tau))) yield return Invariant($"difficulty_scaling: tau is {Tau}; it must be finite and 0 or more.");
        if (!(Least > 0 && Least <= Most && double.IsFinite(Most))) yield return Invariant($"difficulty_scaling: alpha_min is {Least} and alpha_max {Most}; they must be finite, above 0 and in order.");
    }
}
