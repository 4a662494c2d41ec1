using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>What is right is accepted in every notation; what is nearly right, hedged, denied or taken back is not.</summary>
public sealed class AcceptanceSpecs
{
    public static IEnumerable<TheoryDataRow<string, string, string>> Right() => AnswerCases.Of("right-answers.jsonl");

    public static IEnumerable<TheoryDataRow<string, string, string>> Wrong() => AnswerCases.Of("wrong-answers.jsonl");

    [Theory, MemberData(nameof(Right))]
    public void A_right_answer_is_accepted_however_it_is_written(string id, string gold, string answer)
    {
        var verdict = AnswerEquivalence.Compare(gold, answer);
        Assert.True(verdict.Correct == true, Message(id, gold, answer, verdict));
    }

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_or_undecided_answer_is_never_accepted(string id, string gold, string answer)
    {
        var verdict = AnswerEquivalence.Compare(gold, answer);
        Assert.True(verdict.Correct != true, Message(id, gold, answer, verdict));
    }

    [Fact]
    public void The_wrong_answers_are_of_every_kind_and_at_least_three_hundred()
    {
        var kinds = Wrong().GroupBy(r => r.Data.Item1[..r.Data.Item1.LastIndexOf('-')]).ToDictionary(g => g.Key, g => g.Count());
        Assert.True(kinds.Values.Sum() >= 300);
        Assert.True(kinds.Count >= 15 && kinds.Values.Min() >= 15, string.Join(", ", kinds));
    }

    private static string Message(string id, string gold, string answer, AnswerVerdict verdict) =>
        $"{id}: {verdict.Correct?.ToString() ?? "null"} ({verdict.Reason}). Gold {gold} read as {verdict.ParsedGold}; answer {answer} read as {verdict.ParsedAnswer}";
}
