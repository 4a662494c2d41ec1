using SafetyGate.Core.Unicode;

namespace SafetyGate.Core.Tests.Unicode;

public sealed class VisibleTextSpecs
{
    [Theory]
    [InlineData("plain ümlaut 漢字 😀 👩‍🚀\n\t", "plain ümlaut 漢字 😀 👩‍🚀\n\t")]
    [InlineData("a\r\nb\rc", "a\nb⟨U+000D⟩c")]
    [InlineData("\u0000\u001b\u007f\u0085", "⟨U+0000⟩⟨U+001B⟩⟨U+007F⟩⟨U+0085⟩")]
    [InlineData("\u202e\u2066\u200b\ufeff\u2028", "⟨U+202E⟩⟨U+2066⟩⟨U+200B⟩⟨U+FEFF⟩⟨U+2028⟩")]
    public void What_cannot_be_seen_is_shown(string text, string shown) => Assert.Equal(shown, VisibleText.Of(text));

    [Fact]
    public void Halves_of_surrogate_pairs_and_what_is_no_character_are_shown() // not as data of a theory: xunit would replace them
    {
        Assert.Equal("\ufffd x \ufffd", VisibleText.Of("\ud83d x \ude00"));
        Assert.Equal("⟨U+FFFE⟩⟨U+FFFF⟩", VisibleText.Of("\ufffe\uffff"));
    }

    [Fact]
    public void A_cut_never_halves_a_character()
    {
        Assert.Equal("ab…", VisibleText.Line("ab😀", 3));
        Assert.Equal("a ⏎ b", VisibleText.Line("a\nb\n "));
    }
}
