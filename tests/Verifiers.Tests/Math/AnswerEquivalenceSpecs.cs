using System.Text.Json;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

public sealed class AnswerEquivalenceSpecs
{
    /// <summary>Every case of every <c>answers/*.jsonl</c>.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string, bool>> Conformance()
    {
        var any = false;
        foreach (var file in ConformanceCases.Find("answers", "*.jsonl"))
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

    [Theory, MemberData(nameof(Conformance))]
    public void An_answer_of_the_conformance_set_is_judged_right(string file, string id, string gold, string answer, bool expected)
    {
        ConformanceLog.Compared(file, id);
        var verdict = AnswerEquivalence.Compare(gold, answer);
        Assert.True(verdict.Correct == expected, $"{id}: {verdict.Correct?.ToString() ?? "null"} ({verdict.Reason}), expected {expected}. Gold {gold} read as {verdict.ParsedGold}; answer {answer} read as {verdict.ParsedAnswer}");
    }

    /// <summary>Own cases of the kinds that public reports of other verifiers name: one JSON object a line.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, bool>> Kinds()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "tests", "Verifiers.Tests", "Math", "answer-kinds.jsonl")))
        {
            var c = JsonDocument.Parse(line).RootElement;
            yield return new(c.GetProperty("id").GetString()!, c.GetProperty("gold").GetString()!, c.GetProperty("answer").GetString()!, c.GetProperty("expected").GetBoolean());
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void An_answer_of_a_reported_kind_is_accepted_if_and_only_if_it_is_right(string id, string gold, string answer, bool expected)
    {
        var verdict = AnswerEquivalence.Compare(gold, answer);
        Assert.True((verdict.Correct == true) == expected, $"{id}: {verdict.Correct?.ToString() ?? "null"} ({verdict.Reason}), expected {expected}. Gold {gold} read as {verdict.ParsedGold}; answer {answer} read as {verdict.ParsedAnswer}");
    }

    [Theory, MemberData(nameof(Floods))]
    public void No_text_keeps_the_reader_busy_without_end(string unit, int times)
    {
        var text = string.Concat(Enumerable.Repeat(unit, times));
        var watch = System.Diagnostics.Stopwatch.StartNew(); // tells backtracking without end from a busy machine; a speed is measured in bench/
        Assert.NotEqual(true, AnswerEquivalence.Compare("3", text).Correct);
        Assert.NotEqual(true, AnswerEquivalence.Compare(text, "3").Correct);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed} for two comparisons with '{unit}' × {times}");
    }

    /// <summary>Texts made to exhaust a reader: deep nesting, long runs, many markers.</summary>
    public static TheoryData<string, int> Floods() => new()
    {
        { "(", 100_000 }, { "\\boxed{4} now also check ", 7000 }, { "\\boxed{4}. Note that if 1 the correct ", 5000 }, { "\\begin{cases} 1 & x > 1 \\\\ ", 130 }, { "\\begin{cases} ", 280 }, { "1 1", 2000 }, { "\\frac{", 500 }, { "x", 3900 }, { "a ", 1900 }, { "1,", 1900 }, { "$1$, ", 900 }, { "**1** or ", 900 }, { "answer is ", 800 }, { "\\boxed{", 500 }, { "\\boxed{1}, ", 600 }, { "_", 4000 }, { "*", 4000 },
        { "|", 900 }, { "\\text{", 500 }, { "x\\in ", 800 }, { "x<", 1500 }, { "\n", 7000 }, { "A: ", 2500 }, { "so ", 2600 }, { "((1,2),", 600 }, { "\\begin{pmatrix}", 200 }, { "1.000", 1500 }, { "1 000", 1500 }, { "\u00ab", 3000 }, { "2^", 1500 }, { "answer\n", 1100 },
        { "the answer is ", 13_000 }, { "the answer is \n", 13_000 }, { "(", 199_000 }, { "= ", 90_000 }, { "answer\n\n", 22_000 }, { "\n*", 90_000 }, { "A: \n", 45_000 }, { "\\boxed{", 28_000 }, { "\\boxed{1} ", 19_000 }, { "#### ", 39_000 }, { "$ ", 90_000 }, { "**1** ", 30_000 }, { "<answer>", 24_000 },
        { "2^1.", 900 }, { "(x+1)", 700 }, { "\\sqrt{999999999989}+", 190 }, { "1e9", 1300 }, { "!", 3900 }, { "9", 3900 }, { "10^", 1300 }, { "\\ln 999999999989+", 200 }, { "1/7+", 900 }, { "\\frac{1}{1+", 300 }, { "x^x^", 900 }, { "(x+y)^9", 500 }, { "\u221a", 3900 }, { "'", 3 }, { "'", 5 }, { "'''\n", 900 },
        { "or maybe 5. ", 16_000 }, { "5, so ", 33_000 }, { "The answer is 4. Wait, no. ", 7000 }, { "~~3~~ ", 33_000 }, { "<|im_end|>", 20_000 }, { "x=1,y=2 or ", 350 }, { "\\pm 1", 800 }, { "it is ", 33_000 }, { "5, which ", 22_000 }, { "0.333… ", 600 },
        { "\\begin{pmatrix}1\\end{pmatrix}+", 130 }, { "|x|<", 900 }, { "1,5 ", 900 }, { "\\sin\\frac{\\pi}{7}+", 200 }, { "\\sqrt{3+\\sqrt{5}}+", 200 }, { "\\sin^2 x+", 360 }, { "\\boxed{1} or maybe ", 10_000 }, { "\\begin{align*}", 13_000 }, { "2^{n+", 700 }, { "\\text{%?}", 400 },
    };

    [Theory]
    [InlineData("{\\boxed{7}} ")]
    [InlineData("The answer is 7. ")]
    [InlineData("<answer>7</answer>")]
    [InlineData("#### 7\n")]
    public void What_was_concluded_long_before_the_end_is_the_answer_still(string concluded)
    {
        var text = concluded + string.Concat(Enumerable.Repeat("Let us look at it once more.\n", 1000)) + "I have 5 apples.";
        Assert.True(AnswerEquivalence.Compare("7", text).Correct);
        Assert.NotEqual(true, AnswerEquivalence.Compare("5", text).Correct);
    }

    [Theory]
    [InlineData("\\boxed{")]
    [InlineData("The answer is $")]
    public void An_answer_that_is_too_long_to_read_is_not_replaced_by_its_end(string opening)
    {
        var text = opening + string.Concat(Enumerable.Repeat("1 + ", 3000)) + "1\n5";
        Assert.Null(AnswerEquivalence.Compare("5", text).Correct);
    }

    [Fact]
    public void A_response_beyond_the_limit_is_unscored_and_not_cut()
    {
        var text = new string(' ', AnswerEquivalence.LongestResponse) + "The answer is 5.";
        var verdict = AnswerEquivalence.Compare("5", text);
        Assert.Null(verdict.Correct);
        Assert.Contains("200016 characters, more than the 200000 that are read", verdict.Reason, StringComparison.Ordinal);
        Assert.True(AnswerEquivalence.Compare("5", text[16..]).Correct);
        var item = new BenchmarkItem { Id = "1", Prompt = "?", Answer = "5" };
        Assert.Equal("too-long", new MathAnswerScorer().Score(item, new Response { PromptId = "1", Text = text, FinishReason = FinishReason.Stop }).Rule);
    }

    [Theory]
    [InlineData("\\sqrt{999999999989}+")]
    [InlineData("\\ln 999999999989+")]
    public void An_answer_of_too_many_steps_is_unscored_each_time_alike(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 190)) + "1";
        var reasons = Enumerable.Range(0, 2).Select(_ => AnswerEquivalence.Compare("5", $"\\boxed{{{text}}}")).ToList();
        Assert.All(reasons, r => Assert.Null(r.Correct));
        Assert.Equal(reasons[0].Reason, reasons[1].Reason);
        Assert.Contains("too many", reasons[0].Reason, StringComparison.Ordinal);
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
    [InlineData("x \\in \\{1,2\\}", "x \\in \\{2,1\\}")]
    public void Equal_answers_are_accepted(string gold, string answer) => Assert.True(AnswerEquivalence.Compare(gold, answer).Correct);

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
