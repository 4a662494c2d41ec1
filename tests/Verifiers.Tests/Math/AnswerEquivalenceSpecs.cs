using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

public sealed class AnswerEquivalenceSpecs
{
    /// <summary>Kinds taken from bug reports of other verifiers lie in files of this name; AnswerEquivalence does not read those kinds yet.</summary>
    private const string Reported = "reported";

    /// <summary>Every case of every <c>answers/*.jsonl</c>.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string, bool>> Conformance()
    {
        var any = false;
        foreach (var file in ConformanceCases.Find("answers", "*.jsonl").Where(file => !IsReported(file)))
        {
            foreach (var line in ConformanceCases.Lines(file))
            {
                any = true;
                string Text(string key) => line.GetProperty(key).GetString()!;
                yield return new(file, Text("id"), Text("gold"), Text("answer"), line.GetProperty("expected").GetBoolean());
            }
        }

        if (!any) yield return new("none", "", "", "", false) { Skip = ConformanceCases.Absent };
    }

    [Fact]
    public void Kinds_reported_of_other_verifiers_are_counted_as_not_compared()
    {
        foreach (var file in ConformanceCases.Find("answers", "*.jsonl").Where(IsReported))
        {
            foreach (var line in ConformanceCases.Lines(file))
                ConformanceLog.NotCompared(file, line.GetProperty("id").GetString()!, "the product has no reading of the answers reported of other verifiers yet");
        }
    }

    private static bool IsReported(string file) => Path.GetFileNameWithoutExtension(file) == Reported;

    [Theory, MemberData(nameof(Conformance))]
    public void An_answer_of_the_conformance_set_is_judged_right(string file, string id, string gold, string answer, bool expected)
    {
        ConformanceLog.Compared(file, id);
        var verdict = AnswerEquivalence.Compare(gold, answer);
        Assert.True(verdict.Correct == expected, $"{id}: {verdict.Correct?.ToString() ?? "null"} ({verdict.Reason}), expected {expected}. Gold {gold} read as {verdict.ParsedGold}; answer {answer} read as {verdict.ParsedAnswer}");
    }

    [Theory]
    [InlineData("72", "She sold 48/2 = 24 clips in May.\n#### 72")]
    [InlineData("18", "The answer is 18.")]
    [InlineData("18", "**Answer:** 18")]
    [InlineData("18", "The final answer is: $\\boxed{18}$. I hope it is correct.")]
    [InlineData("1{,}000", "\\boxed{1000}")]
    [InlineData("-\\frac{3}{4}", "-0.75")]
    [InlineData("\\frac12", "1/2")]
    [InlineData("\\frac{-1}{2}", "-\\frac{1}{2}")]
    [InlineData("3\\frac{1}{2}", "\\frac{7}{2}")]
    [InlineData("3 1/2", "3.5")]
    [InlineData("\\sqrt[3]{16}", "2\\sqrt[3]{2}")]
    [InlineData("\\sqrt{8}", "2^{3/2}")]
    [InlineData("\\frac{1}{1+\\sqrt{2}}", "\\sqrt{2}-1")]
    [InlineData("\\sqrt{2}\\cdot\\sqrt{6}", "2\\sqrt{3}")]
    [InlineData("\\frac{\\pi}{2}", "0.5\\pi")]
    [InlineData("\\frac{x^2-1}{x-1}", "x+1")]
    [InlineData("2(x+1)^2", "2x^2 + 4x + 2")]
    [InlineData("y = 2x + 3", "2x+3")]
    [InlineData("2x + 3y = 6", "4x + 6y = 12")]
    [InlineData("\\{1, 2\\}", "2, 1")]
    [InlineData("\\{5\\}", "5")]
    [InlineData("\\pm 3", "3, -3")]
    [InlineData("1 \\pm \\sqrt{2}", "\\{1-\\sqrt{2}, 1+\\sqrt{2}\\}")]
    [InlineData("(-\\infty, 2] \\cup (5, \\infty)", "(5,\\infty)\\cup(-\\infty,2]")]
    [InlineData("\\left( \\frac{1}{2}, \\sqrt{12} \\right)", "(0.5, 2\\sqrt{3})")]
    [InlineData("12\\%", "0.12")]
    [InlineData("5 \\text{ cm}", "5 centimeters")]
    [InlineData("\\text{Monday}", "monday")]
    [InlineData("ana", "#### ana")]
    [InlineData("\\text{(B)}", "\\text{(B)}")]
    [InlineData("3i", "\\sqrt{-9}")]
    [InlineData("-1", "i^2")]
    [InlineData("120", "5!")]
    [InlineData("10^{30}", "1000000000000000000000000000000")]
    [InlineData("x \\in \\{1,2\\}", "x \\in \\{1,2\\}", false)]
    public void Equal_answers_are_accepted(string gold, string answer, bool understood = true) =>
        Assert.Equal(understood ? true : null, AnswerEquivalence.Compare(gold, answer).Correct);

    [Theory]
    [InlineData("\\frac{1}{3}", "0.333")]
    [InlineData("\\pi", "3.14")]
    [InlineData("\\pi", "\\frac{22}{7}")]
    [InlineData("\\sqrt{2}", "1.41421356")]
    [InlineData("10^{30}", "1000000000000000000000000000001")]
    [InlineData("x^2", "x^3")]
    [InlineData("x", "y")]
    [InlineData("x = 3", "y = 3")]
    [InlineData("\\{1,2\\}", "\\{1,2,3\\}")]
    [InlineData("\\{1,2,3\\}", "\\{1,2\\}")]
    [InlineData("(1,2,3)", "(1,2)")]
    [InlineData("[1,2)", "(1,2]")]
    [InlineData("18", "The answer is not 17 but 19.")]
    [InlineData("18", "First I thought \\boxed{18}, but it is \\boxed{19}.")]
    [InlineData("5", "The answer is 5 or 6.")]
    [InlineData("7", "I think it is about 7 or so, who knows")]
    [InlineData("7", "\\boxed{7")]
    [InlineData("7", "")]
    [InlineData("12", "12\\%")]
    [InlineData("5 \\text{ cm}", "5 \\text{ kg}")]
    [InlineData("(1,2)", "1, 2")]
    [InlineData("(1,2)", "\\{1,2\\}")]
    [InlineData("1000", "1,00,0")]
    [InlineData("12", "1 2")]
    [InlineData("24", "2 4")]
    [InlineData("1", "x/x/0")]
    [InlineData("x", "\\sqrt{x^2}")]
    [InlineData("5", "\\text{five}")]
    [InlineData("ana", "bo")]
    [InlineData("4", "\\begin{pmatrix} 4 \\end{pmatrix}")]
    public void What_is_not_equal_or_not_understood_is_never_accepted(string gold, string answer) =>
        Assert.NotEqual(true, AnswerEquivalence.Compare(gold, answer).Correct);

    [Theory]
    [InlineData("9^{9^{9^{9}}}")]
    [InlineData("(x+y+z+a+b+c)^{60}")]
    [InlineData("\\sqrt{123456789012345678901234567890123456789}")]
    [InlineData("((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))")]
    [InlineData("500!!!!")]
    public void Expressions_meant_to_exhaust_the_machine_are_not_evaluated(string answer) =>
        Assert.NotEqual(true, AnswerEquivalence.Compare("1", answer).Correct);

    [Fact]
    public void The_scorer_leaves_truncated_and_unread_answers_unscored_and_unrewarded()
    {
        var (scorer, item) = (new MathAnswerScorer(), new BenchmarkItem { Id = "a", Prompt = "?", Answer = "\\frac{1}{2}" });
        Response Says(string text, FinishReason reason = FinishReason.Stop) => new() { PromptId = "a", Text = text, FinishReason = reason };
        Assert.Equal(1, scorer.Score(item, Says("\\boxed{0.5}")).Value);
        Assert.Equal(0, scorer.Score(item, Says("\\boxed{0.6}")).Value);
        Assert.Equal("truncated", scorer.Score(item, Says("\\boxed{0.5}", FinishReason.Length)).Rule);
        Assert.Equal("unparsable", scorer.Score(item, Says("\\boxed{\\heartsuit}")).Rule);
        Assert.Equal([1, 0, 0, null], scorer.Rewards([(item, Says("\\boxed{0.5}")), (item, Says("\\boxed{0.5}", FinishReason.Length)), (item, Says("?")), (item with { Answer = null }, Says("1"))]));
    }
}
