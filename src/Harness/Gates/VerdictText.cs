using System.Text;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// The message of a verdict, laid out alike for every kind of claim: a headline (what broke or holds), labeled lines (by how much, on
/// what, what could have been detected), the author's reason, and what to do next.
/// </summary>
/// <param name="Headline">The first line.</param>
/// <param name="Lines">The labeled lines below it.</param>
public sealed record VerdictText(string Headline, IReadOnlyList<TextLine> Lines)
{
    private const int LabelWidth = 10, MostProblems = 8;

    /// <summary>The text with one more line at its end.</summary>
    /// <param name="label">The label.</param>
    /// <param name="words">The words; <c>null</c> adds nothing.</param>
    public VerdictText With(string label, string? words) => words is null ? this : this with { Lines = [.. Lines, new(label, words)] };

    /// <summary>The whole message, lines separated by <c>\n</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(TerminalText.Line(Headline));
        foreach (var (label, words) in Lines) text.Append("\n  ").Append(label.PadRight(LabelWidth)).Append(TerminalText.Line(words));
        return text.ToString();
    }

    internal static VerdictText Of(Decision decision)
    {
        var claim = decision.Claim;
        if (decision.Reason == VerdictReason.Untuned) return Untuned(decision);
        var people = OverriddenScores.Of(decision);
        var text = new VerdictText(claim.Headline(decision) + people?.Warning, [.. claim.Lines(decision)]);
        return text.With("overrides", people?.Words).With("because", claim.Purpose is { Length: > 0 } purpose ? purpose : null).With("next", claim.Next(decision));
    }

    private static VerdictText Untuned(Decision decision) =>
        new VerdictText($"{decision.Claim.Metric}: the tuned model's weights are the reference's, so there is no training to judge.", [.. Problems("reason", decision.Problems)])
            .With("because", decision.Claim.Purpose is { Length: > 0 } purpose ? purpose : null)
            .With("next", $"look whether the trainer saved what it trained (an adapter must be merged) and whether the recipe opens its checkpoint and not its base; a run that is meant to change nothing says so by name ({nameof(Claim.AllowUntuned)})");

    /// <summary>The first problems, a line each, and how many more there are.</summary>
    internal static IEnumerable<TextLine> Problems(string label, IReadOnlyList<string> problems)
    {
        foreach (var problem in problems.Take(MostProblems)) yield return new(label, problem);
        if (problems.Count > MostProblems) yield return new("problem", Invariant($"and {problems.Count - MostProblems} more"));
    }
}
