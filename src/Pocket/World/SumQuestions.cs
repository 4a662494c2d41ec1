using System.Globalization;
using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Pocket.World;

/// <summary>Reads sums back from their question alone: an independent way to their steps, their answer and what is true of them.</summary>
public sealed class SumQuestions : IQuestionReader
{
    /// <summary>Properties by name: the number of changes, whether a step carries over ten, and whether the first change is a loss.</summary>
    public const string Steps = "steps", Carries = "a step carries over ten", FirstChange = "first change";

    /// <inheritdoc/>
    public ReadQuestion? Read(string prompt)
    {
        var sentences = prompt.Split(" . ", StringSplitOptions.TrimEntries);
        if (sentences.Length < 3 || sentences[0].Split(' ') is not [var name, "has", var start, var thing] || !Whole(start, out var total) || sentences[^1] != $"how many {thing} does {name} have ?") return null;
        var steps = new List<WorkedStep>();
        foreach (var sentence in sentences[1..^1])
        {
            if (Change(sentence.Split(' '), name) is not { } change) return null;
            var after = total + change;
            steps.Add(new(total, change > 0 ? '+' : '-', Math.Abs(change), after));
            total = after;
        }

        return new(steps, Invariant($"{total}"),
        [
            new(Steps, Invariant($"{steps.Count}")),
            new(Carries, steps.Any(step => step.Carries) ? "yes" : "no"),
            new(FirstChange, steps[0].Operation == '+' ? "gain" : "loss"),
        ]);
    }

    /// <summary>The worked answer in the base model's own style.</summary>
    public static string Worked(ReadQuestion question) =>
        string.Join(' ', question.Steps.Select(step => Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result} ."))) + $" #### {question.Answer}";

    private static int? Change(string[] words, string name) => words switch
    {
        [var who, "finds", var n] when who == name && Whole(n, out var gained) => gained,
        [var who, "gets", var n, "more"] when who == name && Whole(n, out var gained) => gained,
        ["a", "friend", "gives", var who, var n] when who == name && Whole(n, out var gained) => gained,
        [var who, "loses", var n] when who == name && Whole(n, out var lost) => -lost,
        [var who, "gives", "away", var n] when who == name && Whole(n, out var lost) => -lost,
        [var who, "drops", var n] when who == name && Whole(n, out var lost) => -lost,
        _ => null,
    };

    private static bool Whole(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
