using System.Buffers.Binary;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class RandomStreamSpecs
{
    // 2⁶⁴ is no multiple of 3: of its values one, 0, is left over and drawn again. A second word of the state that is 0 gives it.
    [Theory]
    [InlineData(3), InlineData(1000)]
    public void A_draw_that_would_make_one_number_likelier_is_drawn_again(int exclusiveMaximum)
    {
        var state = new byte[32];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(state.AsSpan(8 * i), i == 1 ? 0 : 0x9E3779B97F4A7C15 * (ulong)(i + 1));
        Assert.Equal(0UL, RandomStream.Restore(state).NextUInt64());
        var (drawn, second) = (RandomStream.Restore(state), RandomStream.Restore(state));
        _ = second.NextUInt64();
        Assert.Equal(second.Next(exclusiveMaximum), drawn.Next(exclusiveMaximum));
        Assert.Equal(second.Save(), drawn.Save());
    }

    [Fact]
    public void A_range_that_divides_all_values_draws_once()
    {
        var state = new byte[32];
        state[0] = 1;
        var (drawn, second) = (RandomStream.Restore(state), RandomStream.Restore(state));
        _ = second.NextUInt64();
        Assert.Equal(0, drawn.Next(4));
        Assert.Equal(second.Save(), drawn.Save());
    }
}
