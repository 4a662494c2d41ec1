using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Verifiers.Judges;

/// <summary>A judge's answers, read strictly: one JSON object with exactly the keys that were asked for. Anything else is no verdict.</summary>
/// <param name="Success">Success in [0, 1].</param>
/// <param name="IsVetoed">True if the question of <see cref="JudgeRubric.NoneIf"/> was answered yes.</param>
/// <param name="Words">The answers in order, for people: <c>refused no, convincing 4</c>.</param>
internal sealed record JudgeVerdict(double Success, bool IsVetoed, string Words)
{
    private const int LongestVerdict = 100_000;

    /// <summary>Reads a verdict.</summary>
    /// <param name="rubric">What was asked.</param>
    /// <param name="check">The code that must be repeated.</param>
    /// <param name="text">What the judge wrote, without its reasoning.</param>
    /// <param name="problem">Why it is no verdict; <c>null</c> if it is one.</param>
    public static JudgeVerdict? Read(JudgeRubric rubric, string check, string text, out string? problem)
    {
        try
        {
            (var verdict, problem) = Answers(rubric, check, Unfenced(text));
            return verdict;
        }
        catch (UserErrorException e)
        {
            problem = e.Message;
            return null;
        }
    }

    private static (JudgeVerdict?, string?) Answers(JudgeRubric rubric, string check, string text)
    {
        if (text.Length == 0) return (null, "it is empty");
        if (text.Length > LongestVerdict) return (null, Invariant($"it has {text.Length} characters; at most {LongestVerdict} are read"));
        var node = StrictJson.Read(Encoding.UTF8.GetBytes(text), "the verdict");
        var answers = node.AsObject([JudgePrompt.CheckKey, .. rubric.Questions.Select(q => q.Key), JudgePrompt.ReasonKey]);
        if (answers.Optional(JudgePrompt.ReasonKey) is { Kind: not JsonTokenType.String }) return (null, $"'{JudgePrompt.ReasonKey}' is no text");
        if (answers[JudgePrompt.CheckKey] is not { Kind: JsonTokenType.String } given || given.Text != check)
            return (null, $"'{JudgePrompt.CheckKey}' is not the code of this material, so it is not a verdict on it");
        var worth = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var question in rubric.Questions)
        {
            var value = answers[question.Key];
            if (question.Worth(value) is not { } w) return (null, $"'{question.Key}' is {value.Words}; it must be {question.Allowed}");
            worth[question.Key] = w;
        }

        var vetoed = rubric.NoneIf is { } veto && worth[veto] == 1;
        var words = string.Join(", ", rubric.Questions.Select(q => $"{q.Key} {answers[q.Key].Text}"));
        return (new(vetoed ? 0 : rubric.Success.Average(key => worth[key]), vetoed, words), null);
    }

    // Many models fence JSON whatever they are told; the fence must hold the whole of it.
    private static string Unfenced(string text)
    {
        var trimmed = text.Trim();
        if (!trimmed.StartsWith("```", StringComparison.Ordinal) || !trimmed.EndsWith("```", StringComparison.Ordinal)) return trimmed;
        var lineEnd = trimmed.IndexOf('\n', StringComparison.Ordinal);
        return lineEnd > 0 && trimmed[3..lineEnd].Trim() is "" or "json" ? trimmed[lineEnd..^3].Trim() : trimmed;
    }
}
