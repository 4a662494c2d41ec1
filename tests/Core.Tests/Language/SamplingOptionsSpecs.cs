using SafetyGate.Core.Language;

namespace SafetyGate.Core.Tests.Language;

public sealed class SamplingOptionsSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 8, Temperature = 1, Seed = 1 };

    /// <summary>Quotients of logits must stay finite: at infinities the distribution is NaN, and the last token would be drawn for ever.</summary>
    [Theory]
    [InlineData(0, true), InlineData(-0.0, true), InlineData(1e-6, true), InlineData(0.01, true), InlineData(2, true), InlineData(1000, true)]
    [InlineData(9.9e-7, false), InlineData(1e-300, false), InlineData(1e-308, false), InlineData(double.Epsilon, false), InlineData(-1, false)]
    [InlineData(1000.1, false), InlineData(1e308, false), InlineData(double.NaN, false), InlineData(double.PositiveInfinity, false)]
    public void A_temperature_is_0_or_one_that_can_be_divided_by(double temperature, bool isSound) =>
        Assert.Equal(isSound, !(AtOne with { Temperature = temperature }).Problems().Any());

    [Theory]
    [InlineData(1, true), InlineData(0.01, true), InlineData(100, true)]
    [InlineData(0, false), InlineData(1e-308, false), InlineData(1e308, false), InlineData(-1, false), InlineData(double.NaN, false)]
    public void So_is_a_repetition_penalty(double penalty, bool isSound) =>
        Assert.Equal(isSound, !(AtOne with { RepetitionPenalty = penalty }).Problems().Any());

    [Theory]
    [InlineData(1, 2, true), InlineData(0, 1, true), InlineData(0, 2, false), InlineData(1, 0, false)]
    public void Several_samples_of_a_prompt_need_a_temperature(double temperature, int samples, bool isSound) =>
        Assert.Equal(isSound, !(AtOne with { Temperature = temperature, SamplesPerPrompt = samples }).Problems().Any());
}
