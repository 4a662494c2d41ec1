using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class WordsSpecs
{
    [Theory]
    [InlineData(0.0325, "+3.25 points"), InlineData(-0.0325, "−3.25 points"), InlineData(0, "±0 points")]
    [InlineData(0.00004, "±0 points"), InlineData(-0.00004, "±0 points"), InlineData(0.0001, "+0.01 points"), InlineData(-0.0001, "−0.01 points")]
    public void A_change_has_a_sign_when_its_printed_figure_has_one(double share, string words) => Assert.Equal(words, Words.Points(share));

    [Theory]
    [InlineData(0.0001, "0.0001"), InlineData(0.00009999, "1.0e-4"), InlineData(0.05, "0.05"), InlineData(1, "1"), InlineData(3.1e-18, "3.1e-18")]
    public void A_small_p_keeps_its_size(double p, string words) => Assert.Equal(words, Words.P(p));

    [Theory]
    [InlineData("12345", "12345"), InlineData("123456", "12345…"), InlineData(" 1\n2\u0007 ", "1 2"), InlineData("a\uD83D\uDE00b", "a  b"), InlineData("", "")]
    [InlineData("          12345", "")] // no more than twice the length is looked at
    public void Somebody_elses_words_are_one_short_line(string text, string words) => Assert.Equal(words, Words.OneLine(text, 5));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("a b", Words.OneLine("a" + (char)0xD83D + "b", 5));
}
