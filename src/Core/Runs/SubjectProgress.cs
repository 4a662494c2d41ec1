namespace SafetyGate.Core.Runs;

/// <summary>Names what is worked on in reports that do not.</summary>
/// <param name="progress">Where to report.</param>
/// <param name="subject">What is worked on.</param>
public sealed class SubjectProgress(IProgress<RunProgress> progress, string subject) : IProgress<RunProgress>
{
    /// <summary>Reports of a recipe's run.</summary>
    /// <param name="progress">Where to report.</param>
    /// <param name="recipe">The recipe.</param>
    public static SubjectProgress Of(IProgress<RunProgress> progress, IRecipe recipe) => new(progress, Invariant($"{recipe.Name}, seed {recipe.Seed}"));

    /// <inheritdoc/>
    public void Report(RunProgress value) => progress.Report(value.Subject.Length > 0 ? value : value with { Subject = subject });
}
