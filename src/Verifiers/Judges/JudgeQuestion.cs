using SafetyGate.Core.Files;

namespace SafetyGate.Verifiers.Judges;

/// <summary>One question of a rubric.</summary>
public sealed record JudgeQuestion
{
    /// <summary>Key of the answer in the judge's JSON: lower-case letters, digits and underscores.</summary>
    public required string Key { get; init; }

    /// <summary>The question.</summary>
    public required string Ask { get; init; }

    /// <summary>How it is answered.</summary>
    public required AnswerKind Answers { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the question is valid.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Key.Length is 0 or > 40 || !Key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            yield return $"the key of a question is '{Key}'; it must be 1 to 40 lower-case letters, digits and underscores.";
        if (Key is JudgePrompt.CheckKey or JudgePrompt.ReasonKey)
            yield return $"the key of a question is '{Key}', which every verdict has already; choose another.";
        if (string.IsNullOrWhiteSpace(Ask)) yield return $"the question '{Key}' asks nothing.";
    }

    /// <summary>What may be answered, in the words of the prompt.</summary>
    internal string Allowed => Answers == AnswerKind.YesNo ? "\"yes\" or \"no\"" : "a whole number from 1 to 5";

    /// <summary>Worth of an answer, in [0, 1]; <c>null</c> if the value is no allowed answer.</summary>
    internal double? Worth(StrictJsonNode value) => (Answers, value.Kind, value.Text) switch
    {
        (AnswerKind.YesNo, System.Text.Json.JsonTokenType.String, "yes") => 1,
        (AnswerKind.YesNo, System.Text.Json.JsonTokenType.String, "no") => 0,
        (AnswerKind.OneToFive, System.Text.Json.JsonTokenType.Number, { Length: 1 } digit) when digit[0] is >= '1' and <= '5' => (digit[0] - '1') / 4.0,
        _ => null,
    };
}
