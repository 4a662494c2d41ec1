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

    private const string Work = "Each quorb holds 12 flumes, so 3 quorbs hold $3 \\times 12 = 36$ flumes. Of them 31 are glimmed, and $36 - 31 = 5$.\n\n";
    private const string Asked = "Each quorb holds 12 flumes. Of those in 3 quorbs, 31 are glimmed. How many are not?";

    [Theory]
    [InlineData("So \\boxed{5} flumes are left.")]
    [InlineData("The quorbs have \\boxed{5} flumes.")]
    [InlineData("So there are 5 flumes left.")]
    [InlineData("**5 flumes**")]
    [InlineData("The answer is 5.")]
    [InlineData("Of the flumes in the quorbs, $36 - 31 = \\boxed{5}$ are left.")]
    public void A_text_that_shows_its_work_may_use_its_own_words_and_those_of_its_question(string end) =>
        Assert.True(AnswerEquivalence.Compare("5", Work + end, Asked).Correct);

    [Theory]
    [InlineData("The gromble quorbed \\boxed{5}.")]
    [InlineData("Zumbish grombles think there are 5 flumes left.")]
    [InlineData("A flornish vendor mumbled: the answer is 5.")]
    public void And_no_others(string end)
    {
        Assert.Null(AnswerEquivalence.Compare("5", Work + end, Asked).Correct);
        Assert.Null(AnswerEquivalence.Compare("5", Work + end).Correct);
    }

    [Theory]
    [InlineData("36", "So the quorbs hold \\boxed{36} flumes.")]
    [InlineData("36", "The quorbs hold 36 flumes.")]
    [InlineData("31", "So 31 are glimmed.")]
    [InlineData("47", "The quorbs have 47 flumes.")]
    public void A_value_that_the_work_left_behind_or_never_came_to_is_not_its_outcome(string value, string end) =>
        Assert.Null(AnswerEquivalence.Compare(value, Work + end, Asked).Correct);

    [Theory]
    [InlineData("The answer is 36.")]
    [InlineData("\\boxed{36}")]
    [InlineData("To check: $3 \\times 12 = 36$ and $36 - 0 = 36$, and $31 + 5 = 36$ holds. So \\boxed{36} flumes are in the quorbs.")]
    public void Unless_it_is_called_the_answer_or_was_checked(string end) =>
        Assert.True(AnswerEquivalence.Compare("36", Work + end, Asked).Correct);

    [Theory]
    [InlineData("Check: $36 / 3 = 12$, which is correct.", true)]
    [InlineData("Then $36 / 3 = 12$.", false)]
    public void What_is_calculated_after_a_value_is_its_check_only_where_it_says_so(string then, bool stands) =>
        Assert.Equal(stands ? true : null, AnswerEquivalence.Compare("36", $"The quorbs hold $3 \\times 12 = 36$ flumes. {then}\n\nThe quorbs hold \\boxed{{36}} flumes.", Asked).Correct);

    [Fact]
    public void A_value_behind_the_equals_sign_of_its_calculation_needs_no_known_words() =>
        Assert.True(AnswerEquivalence.Compare("5", Work + "Zumbish grombling gives $36 - 31 = \\boxed{5}$.", Asked).Correct);

    [Fact]
    public void A_long_formula_in_its_sentence_is_no_words()
    {
        var sum = string.Join(" + ", Enumerable.Repeat("zumb", 200));
        Assert.True(AnswerEquivalence.Compare("5", Work + $"We have ${sum} = 5$ So there are \\boxed{{5}} flumes.", Asked).Correct);
    }

    [Fact]
    public void A_noun_of_no_text_is_known_behind_its_article_only_where_the_value_is_the_outcome()
    {
        Assert.True(AnswerEquivalence.Compare("5", Work + "So the flornish is \\boxed{5}.", Asked).Correct);
        Assert.Null(AnswerEquivalence.Compare("47", Work + "So the flornish is \\boxed{47}.", Asked).Correct);
    }

    [Theory]
    [InlineData("3 quorbs hold 3*12 = <<3*12=36>>36 flumes. Not glimmed are 36-31 = <<36-31=5>>5 flumes.\nThe quorbs have 5 flumes.")]
    [InlineData("3 quorbs hold 3*12 = 36.00 flumes. Not glimmed are 36.00 - 31.00 = 5.00 flumes.\nThe quorbs have 5 flumes.")]
    [InlineData("3 quorbs hold \\(3 \\times 12\\) = \\(36\\) flumes. Not glimmed are \\(36 - 31\\) = \\(5\\) flumes.\nThe quorbs have 5 flumes.")]
    public void An_outcome_is_read_through_a_calculators_marks_decimals_and_frames(string response) =>
        Assert.True(AnswerEquivalence.Compare("5", response, Asked).Correct);
}
