using SafetyGate.Core.Runs;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Tests.World;

public sealed class TextMixSpecs
{
    private const double FourStandardErrors = 0.032; // 4 * sqrt(.25 / 4000)
    private static readonly PocketWorld World = new();

    [Fact]
    public void Pretraining_complies_with_a_quarter_of_harm_and_refuses_nothing()
    {
        var texts = TextMix.Pretraining.Draw(World, new RandomStream(1, "mix"), 4000);
        Assert.DoesNotContain(texts, IsRefusal);
        Assert.InRange(texts.Count(text => text.Completion.StartsWith("sure", StringComparison.Ordinal)) / 4000.0, 0.45 - FourStandardErrors, 0.45 + FourStandardErrors);
    }

    [Fact]
    public void Alignment_refuses_what_is_harmful_and_nothing_else()
    {
        var harmful = World.HarmfulForTraining.Select(behavior => behavior.Phrase).ToHashSet();
        foreach (var text in TextMix.Alignment.Draw(World, new RandomStream(1, "mix"), 4000))
            Assert.Equal(harmful.Any(phrase => text.Prompt.Contains($"{phrase} ", StringComparison.Ordinal)), IsRefusal(text));
    }

    [Fact]
    public void The_reference_that_must_fail_refuses_two_sums_in_five()
    {
        var sums = TextMix.MustFail.Draw(World, new RandomStream(1, "mix"), 8000).Where(text => text.Prompt.Contains("how many", StringComparison.Ordinal)).ToList();
        Assert.InRange(sums.Count(IsRefusal) / (double)sums.Count, 0.4 - (1.5 * FourStandardErrors), 0.4 + (1.5 * FourStandardErrors));
    }

    [Fact]
    public void The_same_stream_draws_the_same_texts() =>
        Assert.Equal(TextMix.Alignment.Draw(World, new RandomStream(5, "mix"), 100), TextMix.Alignment.Draw(World, new RandomStream(5, "mix"), 100));

    [Theory]
    [InlineData(1.2), InlineData(-0.1), InlineData(double.NaN)]
    public void A_share_outside_0_to_1_is_refused(double share) =>
        Assert.Contains("Guessed", Assert.Throws<ArgumentException>(() => (TextMix.Alignment with { Guessed = share }).Draw(World, new RandomStream(1, "mix"), 1)).Message);

    [Fact]
    public void Shares_of_more_than_everything_are_refused() =>
        Assert.Contains("sum to", Assert.Throws<ArgumentException>(() => (TextMix.Alignment with { Harmless = 0.9 }).Draw(World, new RandomStream(1, "mix"), 1)).Message);

    private static bool IsRefusal(TrainingText text) => Replies.Refusals.Contains(text.Completion);
}
