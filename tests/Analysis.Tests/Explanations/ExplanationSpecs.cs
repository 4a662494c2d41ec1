using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core;

namespace SafetyGate.Analysis.Tests.Explanations;

public sealed class ExplanationSpecs
{
    [Theory]
    [InlineData("16 + 4 = 20 . #### 20", "20", "16 + 4 = _ . #### _")]
    [InlineData("the total is 20.", "20", "the total is _")]
    [InlineData("he pays $20, not 200", "20", "he pays _ not 200")]
    [InlineData("New York or new york !", "New York", "_ or _ !")]
    [InlineData("20 20", "20", "_ _")]
    [InlineData("nothing here", "20", "nothing here")]
    [InlineData("a . b", ".", "a _ b")]
    public void An_answer_is_hidden_as_words_of_its_own(string text, string answer, string hidden) => Assert.Equal(hidden, AnswerMask.Hide(text, answer));

    // Agreement 3 of 4, chance .5·.75 + .5·.25 = .5: κ (.75 − .5)/(1 − .5) = .5.
    [Fact]
    public void Kappa_is_agreement_beyond_chance()
    {
        Assert.Equal(0.5, ReaderAgreement.Kappa(["a", "a", "b", "b"], ["a", "a", "a", "b"])!.Value, 12);
        Assert.Equal(1, ReaderAgreement.Kappa(["a", "b"], ["a", "b"]));
        Assert.Null(ReaderAgreement.Kappa(["a", "a"], ["a", "a"]));
        Assert.Throws<ArgumentException>(() => ReaderAgreement.Kappa([], []));
    }

    [Theory]
    [InlineData("ana has 12 . ana loses 3 . ana gets 3 more .", "12 - 3 = 9 . 9 + 3 = 12 . #### 12", "bo has 5 . bo loses 1 . bo gets 4 more .", 8.0)]
    [InlineData("there are 4 rows of 6 trees", "4 * 6 = 24", "there are 3 rows of 7 trees", 21.0)]
    [InlineData("ana has 12 . ana loses 3 .", "#### 9", "bo has 5 . bo loses 1 .", 9.0)] // no step: it states its number
    [InlineData("ana has 12 . ana loses 3 .", "12 - 3 = 9", "bo has 5 .", null)] // the question lacks a number
    [InlineData("ana has 12", "7 + 5 = 12", "bo has 3", 12.0)] // a step from elsewhere is no rule of the question
    [InlineData("2 of 0", "2 / 0 = 0", "4 of 0", null)]
    public void A_rule_takes_its_numbers_from_the_question(string question, string explanation, string sibling, double? answer) =>
        Assert.Equal(answer, StepRule.Of(question, explanation).Apply(sibling));

    [Fact]
    public void Scores_stand_by_stratum_and_readers_that_disagree_make_one_inconclusive()
    {
        var result = Result();
        var strata = result.Strata();
        Assert.Equal([Stratum.Easy, Stratum.Hard], strata.Select(one => one.Stratum));
        Assert.Equal((1.0, 0.5, 0.5), (strata[0].FromExplanation, strata[0].FromQuestion, strata[0].Supports));
        Assert.False(strata[0].IsInconclusive);
        Assert.True(strata[1].IsInconclusive);
        Assert.Equal(0.75, strata[0].Generalizes);
        Assert.Null(strata[1].Generalizes);
        var bytes = AnalysisFile.Bytes(result);
        Assert.Equal(bytes, AnalysisFile.Bytes(AnalysisFile.Read<ExplanationResult>(bytes, "x")));
    }

    // κ is not defined where both give one answer to everything: chance alone would agree.
    [Fact]
    public void Readers_of_one_answer_to_everything_make_a_stratum_inconclusive()
    {
        var same = Result() is var result ? result with { Items = [.. result.Items.Select(item => item with { Answers = ["a", "a"] })] } : null!;
        Assert.All(same.Strata(), stratum => Assert.Equal((null, true), (stratum.Kappa, stratum.IsInconclusive)));
    }

    [Fact]
    public void A_result_without_two_readers_is_refused()
    {
        Assert.Contains("there are 1 readers; two are needed", Assert.Throws<UserErrorException>(() => AnalysisFile.Bytes(Result() with { Readers = ["one"] })).Message, StringComparison.Ordinal);
        Assert.Contains("lacks a reader", Assert.Throws<UserErrorException>(() => AnalysisFile.Bytes(Result() with { Items = [Result().Items[0] with { Answers = ["a"] }] })).Message, StringComparison.Ordinal);
    }

    private static ExplanationResult Result() => new()
    {
        Data = "d",
        DataDigest = "",
        Hardness = new() { Source = "steps", EasyAtMost = 1, HardAtLeast = 2 },
        Readers = ["one", "two"],
        Items =
        [
            .. Enumerable.Range(0, 4).Select(i => Item(i, 1, [1, 1], [1, 0], i % 2 == 0 ? ["a", "a"] : ["b", "b"]) with { Generalizes = i % 2 == 0 ? 1 : 0.5 }),
            .. Enumerable.Range(4, 4).Select(i => Item(i, 2, [1, 0], [0, 0], i % 2 == 0 ? ["a", "b"] : ["b", "a"])),
        ],
    };

    private static ExplainedItem Item(int id, double hardness, double[] explanation, double[] question, string[] answers) =>
        new() { Id = Invariant($"{id}"), Hardness = hardness, FromExplanation = explanation, FromQuestion = question, Answers = answers };
}
