using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

public sealed class MathVerifierSpecs
{
    private static readonly MathVerifier Verifier = new();

    private static BenchmarkItem Item(string? answer) => new() { Id = "q", Prompt = "how many ?", Answer = answer };

    private static Response Says(string text, FinishReason reason = FinishReason.Stop) => new() { PromptId = "q", Text = text, FinishReason = reason };

    [Theory]
    [InlineData("7", "12 - 3 = 9 . 9 - 2 = 7 . #### 7")]
    [InlineData("7", "#### 7 .")]
    [InlineData("7", "#### 7.")]
    [InlineData("7", "#### 7.00")]
    [InlineData("7", "#### +7")]
    [InlineData("7", "#### 007")]
    [InlineData("18", "She makes 18.\n#### $18")]
    [InlineData("18", "#### **18**")]
    [InlineData("1,000", "#### 1000")]
    [InlineData("1234567", "#### 1,234,567")]
    [InlineData("-4", "#### -4")]
    [InlineData("-4", "#### - 4")]
    [InlineData("-4", "#### \u22124")]
    [InlineData("0", "#### -0")]
    [InlineData("0.5", "#### .5")]
    [InlineData("51.0", "#### 51")]
    [InlineData("ana", "bo < ana . #### ana")]
    [InlineData("ana", "#### Ana.")]
    [InlineData("so 2 + 2 = 4\n#### 4", "#### 4")]
    [InlineData("5", "#### 4\nno, that was wrong\n#### 5")]
    [InlineData("9007199254740993", "#### 9007199254740993")]
    public void A_right_answer_after_the_last_marker_scores_one(string gold, string text)
    {
        Assert.Equal(1, Verifier.Score(Item(gold), Says(text)).Value);
        Assert.Equal(1, Verifier.Rewards([(Item(gold), Says(text))])[0]);
    }

    [Theory]
    [InlineData("7", "#### 8")]
    [InlineData("7", "#### -7")]
    [InlineData("7", "#### 17")]
    [InlineData("7", "#### 7.01")]
    [InlineData("4", "#### 4\nno, that was wrong\n#### 5")]
    [InlineData("7", "#### ana")]
    [InlineData("ana", "#### bo")]
    [InlineData("ana", "#### 7")]
    [InlineData("7", "the answer is 7")]
    [InlineData("7", "##### 7")]
    [InlineData("9007199254740993", "#### 9007199254740992")]
    public void A_wrong_or_absent_answer_scores_zero(string gold, string text)
    {
        Assert.Equal(0, Verifier.Score(Item(gold), Says(text)).Value);
        Assert.Equal(0, Verifier.Rewards([(Item(gold), Says(text))])[0]);
    }

    [Theory]
    [InlineData("#### 7 apples and 3 pears")]
    [InlineData("#### 7 or 8")]
    [InlineData("#### 7 8")]
    [InlineData("#### 1,00")]
    [InlineData("#### 12,34,567")]
    [InlineData("#### 7e0")]
    [InlineData("#### ")]
    [InlineData("#### \u0667")]
    [InlineData("#### 7%")]
    public void What_cannot_be_read_is_unscored_and_earns_nothing(string text)
    {
        Assert.Null(Verifier.Score(Item("7"), Says(text)).Value);
        Assert.Equal(0, Verifier.Rewards([(Item("7"), Says(text))])[0]);
    }

    [Fact]
    public void A_truncated_response_is_unscored_even_with_the_right_digits()
    {
        var score = Verifier.Score(Item("1"), Says("#### 1", FinishReason.Length));
        Assert.Null(score.Value);
        Assert.Equal("truncated", score.Rule);
        Assert.Equal(0, Verifier.Rewards([(Item("1"), Says("#### 1", FinishReason.Length))])[0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("it depends on the day")]
    public void An_item_without_a_verifiable_answer_is_unscored_and_not_rewarded(string? gold)
    {
        Assert.Equal("no-gold", Verifier.Score(Item(gold), Says("#### 7")).Rule);
        Assert.Null(Verifier.Rewards([(Item(gold), Says("#### 7"))])[0]);
    }

    [Theory]
    [InlineData("test.jsonl", 1319)]
    [InlineData("train_first2000.jsonl", 2000)]
    public void Every_worked_solution_of_gsm8k_verifies_against_itself_and_not_with_one_digit_more(string file, int rows)
    {
        var items = BenchmarkFile.Load(Datasets.Require($"gsm8k/{file}"), new() { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse("prompt=question") }).Items;
        Assert.Equal(rows, items.Count(i => Verifier.Score(i, Says(i.Answer!)).Value == 1));
        Assert.All(items, i => Assert.NotEqual(1, Verifier.Score(i, Says(i.Answer! + "1")).Value));
    }

    [Fact]
    public void An_empty_response_is_unscored() => Assert.Equal("empty", Verifier.Score(Item("7"), Says(" \n")).Rule);
}
