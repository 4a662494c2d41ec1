using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>A text that shows no work is believed in known words only: words that were never seen make its value no answer.</summary>
public sealed class WordingSpecs
{
    [Theory]
    [InlineData("The gromble quorbed \\boxed{5}.")]
    [InlineData("Under the flumical rule, the sum is \\boxed{5}.")]
    [InlineData("A flornish vendor mumbled: the answer is 5.")]
    [InlineData("The answer is 5 flumed.")]
    [InlineData("The answer is quorbily \\boxed{5}.")]
    [InlineData("We end up flumping around $5$.")]
    [InlineData("Twice the answer is \\boxed{5}.")]
    [InlineData("The answer minus two is \\boxed{5}.")]
    public void A_word_that_is_not_known_makes_the_value_of_a_bare_sentence_no_answer(string response) =>
        Assert.Null(AnswerEquivalence.Compare("5", response).Correct);

    [Theory]
    [InlineData("So the sum is \\boxed{5}.")]
    [InlineData("The answer is 5.")]
    [InlineData("Therefore, the final answer is \\boxed{5} units.")]
    [InlineData("She has 5 left.")]
    [InlineData("We get $x = 5$.")]
    [InlineData("So, there are \\boxed{5} flumes in the quorb.")]
    public void Known_words_and_what_is_counted_or_concluded_do_not(string response) =>
        Assert.True(AnswerEquivalence.Compare("5", response).Correct);

    [Fact]
    public void Words_of_the_question_are_known()
    {
        const string said = "The gromble quorbed \\boxed{5} flumes.";
        Assert.Null(AnswerEquivalence.Compare("5", said).Correct);
        Assert.True(AnswerEquivalence.Compare("5", said, "How many flumes does the gromble quorb?").Correct);
        Assert.False(AnswerEquivalence.Compare("6", said, "How many flumes does the gromble quorb?").Correct);
    }

    [Fact]
    public void A_text_that_shows_its_work_may_use_any_words()
    {
        const string work = "Each quorb holds 12 flumes, so 3 quorbs hold $3 \\times 12 = 36$ flumes. Of them 31 are glimmed, and $36 - 31 = 5$. ";
        Assert.True(AnswerEquivalence.Compare("5", work + "The gromble has \\boxed{5} flumes.").Correct);
        Assert.Null(AnswerEquivalence.Compare("5", "The zumbish gromble quorbs \\boxed{5}.").Correct);
    }
}
