using SafetyGate.Core.Runs;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Core.Tests.Unicode;

public sealed class TerminalTextSpecs
{
    [Theory]
    [InlineData("::add-mask::x", "⟨U+003A⟩:add-mask::x")]
    [InlineData(" \t\u00a0::error::x", " \t\u00a0⟨U+003A⟩:error::x")]
    [InlineData("fine\n  ::stop-commands::t", "fine\n  ⟨U+003A⟩:stop-commands::t")]
    [InlineData("a::b", "a::b")]
    [InlineData("::::", "⟨U+003A⟩:::")]
    [InlineData("x ##[add-mask]y", "x ⟨U+0023⟩#[add-mask]y")]
    [InlineData("##vso[task.x]", "⟨U+0023⟩#vso[task.x]")]
    [InlineData("###[error]", "#⟨U+0023⟩#[error]")]
    [InlineData("## title", "## title")]
    [InlineData("\u001b[2J\u009b2J\u202e\u2028", "⟨U+001B⟩[2J⟨U+009B⟩2J⟨U+202E⟩⟨U+2028⟩")]
    [InlineData("a\r::error::", "a⟨U+000D⟩::error::")]
    public void Nothing_of_a_text_is_obeyed_and_its_lines_stay(string text, string shown)
    {
        Assert.Equal(shown, TerminalText.Of(text));
        Assert.Equal(shown, TerminalText.Of(shown));
    }

    [Theory]
    [InlineData("x\nPassed y", "x ⏎ Passed y")]
    [InlineData("\n::error::x", " ⏎ ::error::x")]
    [InlineData("::x\ty", "⟨U+003A⟩:x y")]
    [InlineData("\r\n##[error]", " ⏎ ⟨U+0023⟩#[error]")]
    [InlineData(" kept ", " kept ")]
    public void A_value_stays_in_its_line(string text, string shown) => Assert.Equal(shown, TerminalText.Line(text));

    [Fact]
    public void Messages_of_errors_are_safe_wherever_they_are_printed()
    {
        const string name = "x\ngate: Passed\n::error::y\u001b[0m";
        const string shown = "x ⏎ gate: Passed ⏎ ::error::y⟨U+001B⟩[0m is wrong.\n  second line";
        Assert.Equal(shown, new UserErrorException($"{name} is wrong.\n  second line").Message);
        Assert.Equal(shown, new UserErrorException($"{name} is wrong.\n  second line", new IOException()).Message);
        Assert.Equal(shown, new TrainingFailedException($"{name} is wrong.\n  second line").Message);
        Assert.Equal("⟨U+003A⟩:error::z", new UserErrorException("::error::z").Message);
    }
}
