namespace SafetyGate.Trainers.Difficulty;

/// <summary>The factor of one prompt's advantages in one step, and what it is made of.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Id">The prompt.</param>
/// <param name="Hardness">How unlike the demonstrations it is: <see cref="DataHardness.Alpha"/>, or 1 when it was not given.</param>
/// <param name="Gap">Reward of its demonstration minus the mean of the policy's responses; <c>null</c> without a demonstration.</param>
/// <param name="Responsiveness">The step's <see cref="Difficulty.Responsiveness.Alpha"/>; 1 without gaps.</param>
/// <param name="Alpha">Their product, clamped.</param>
public sealed record PromptScale(long Step, string Id, double Hardness, double? Gap, double Responsiveness, double Alpha)
{
    /// <summary>The factors of a step.</summary>
    /// <param name="settings">Must be valid.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="prompts">Id, hardness and gap of each prompt.</param>
    public static IReadOnlyList<PromptScale> Of(DifficultyScaling settings, long step, IReadOnlyList<(string Id, double Hardness, double? Gap)> prompts)
    {
        double[] gaps = [.. prompts.Select(prompt => prompt.Gap).OfType<double>()];
        var common = gaps.Length == 0 ? 1 : Difficulty.Responsiveness.Of(gaps, settings.Tau, settings.Least, settings.Most).Alpha;
        return [.. prompts.Select(prompt => new PromptScale(step, prompt.Id, prompt.Hardness, prompt.Gap, common, Math.Clamp(prompt.Hardness * common, settings.Least, settings.Most)))];
    }
}
