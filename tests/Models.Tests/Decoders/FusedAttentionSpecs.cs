using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Attention and norms by one operator each against their parts.</summary>
public sealed class FusedAttentionSpecs
{
    private static readonly int[] Long = [1, 17, 4, 33, 9, 21, 5, 38, 12, 30, 6, 2];
    private static readonly int[] Short = [1, 25, 11, 7, 19, 0, 0, 0, 0, 0, 0, 0];

    public static TheoryData<string, ScalarType> Families()
    {
        var families = new TheoryData<string, ScalarType>();
        foreach (var row in TinyModels.Families())
            foreach (var dtype in (ScalarType[])[ScalarType.Float64, ScalarType.Float32])
                families.Add(row.Data, dtype);
        foreach (var family in (string[])["llama", "qwen3", "gemma3_text"]) families.Add(family, ScalarType.BFloat16);
        return families;
    }

    // Sums in another order: some ten of the type's last places, more for gradients, through three layers of wide weights.
    private static (double States, double Gradients) Rounding(ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => (1e-13, 1e-11),
        ScalarType.Float32 => (1e-5, 1e-3),
        _ => (0.15, 0.15),
    };

    [Theory, MemberData(nameof(Families))]
    public void States_and_gradients_are_those_of_the_parts(string family, ScalarType dtype)
    {
        var (states, gradients) = Rounding(dtype);
        foreach (var kind in (string[])["rows", "left", "right", "packed", "completions"])
        {
            if (dtype == ScalarType.BFloat16 && kind is not ("rows" or "completions")) continue;
            var (expected, slopes) = Read(family, dtype, kind, isScripted: false);
            var (made, madeSlopes) = Read(family, dtype, kind, isScripted: true);
            Numbers.Close(expected, made, states, Invariant($"{kind}: states"));
            Numbers.Close(Scaled(slopes, slopes), Scaled(madeSlopes, slopes), gradients, Invariant($"{kind}: gradients"));
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_last_states_of_left_padded_prompts_and_what_follows_a_cache_are_those_of_the_parts(int keyHeads)
    {
        double[] States(bool isScripted)
        {
            using var choice = ScriptedOperators.Choose(isScripted);
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var decoder = TinyModels.Decoder("qwen3", changes: ("num_key_value_heads", keyHeads));
            using var cache = decoder.CreateCache(2, 16);
            using var alone = decoder.CreateCache(1, 16);
            var keep = Numbers.Mask([.. Enumerable.Repeat(1, 12)], [0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
            var ids = Numbers.Ids(Long, [0, 0, 0, 0, 0, 0, 0, .. Short[..5]]);
            return
            [
                .. Numbers.Of(decoder.LastHidden(new DecoderInput { IdsBT = ids.narrow(1, 0, 9), KeepMaskBT = keep.narrow(1, 0, 9) }, cache)),
                .. Numbers.Of(decoder.LastHidden(new DecoderInput { IdsBT = ids.narrow(1, 9, 3), KeepMaskBT = keep }, cache)),
                .. Numbers.Of(decoder.LastHidden(new DecoderInput { IdsBT = Numbers.Ids(Long) }, alone)),
                .. Numbers.Of(decoder.LastHidden(new DecoderInput { IdsBT = Numbers.Ids([7]) }, alone)),
                .. Numbers.Of(decoder.LastHidden(new DecoderInput { IdsBT = Numbers.Ids([8, 9]) }, alone)),
            ];
        }

        Numbers.Close(States(false), States(true), 1e-13, "last states");
    }

    [Fact]
    public void Layers_that_are_computed_again_have_the_gradients_of_kept_ones()
    {
        using var choice = ScriptedOperators.Choose(true);
        double[] Gradients(bool recompute)
        {
            using var scope = NewDisposeScope();
            using var decoder = TinyModels.Decoder("qwen2", ScalarType.Float32);
            decoder.Parameters.RequireGradients(true);
            using var pass = decoder.TrainingPass(new DecoderInput { IdsBT = Numbers.Ids(Long) }, recompute);
            pass.Hidden.sum().backward();
            pass.Backward();
            return [.. decoder.Parameters.Where(pair => pair.Value.grad is not null).SelectMany(pair => Numbers.Of(pair.Value.grad!))];
        }

        Assert.Equal(Gradients(false), Gradients(true));
    }

    private static (double[] States, double[] Gradients) Read(string family, ScalarType dtype, string kind, bool isScripted)
    {
        using var choice = ScriptedOperators.Choose(isScripted);
        using var scope = NewDisposeScope();
        using var decoder = TinyModels.Decoder(family, dtype, ("initializer_range", 0.3));
        Assert.Equal(isScripted && decoder.Config.AttentionSoftcap is null, decoder.HasFusedAttention);
        decoder.Parameters.RequireGradients(true);
        var ones = Enumerable.Repeat(1, Long.Length).ToArray();
        int[] padding = [0, 0, 0, 0, 0, 0, 0], tokens = [1, 1, 1, 1, 1];
        var hidden = kind switch
        {
            "rows" => decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(Long, Short) }),
            "left" => decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(Long, [.. padding, .. Short[..5]]), KeepMaskBT = Numbers.Mask(ones, [.. padding, .. tokens]) }).narrow(1, 7, 5),
            "right" => decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(Long, Short), KeepMaskBT = Numbers.Mask(ones, [.. tokens, .. padding]) }).narrow(1, 0, 5),
            "packed" => decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids([.. Long, .. Short[..5]]), SegmentsBT = Numbers.Ids([.. ones, .. tokens.Select(_ => 2)]) }),
            _ => decoder.CompletionHidden(CompletionInput.Of([
                ([1, 5, 9, 3, 3, 8, 2], [4, 6, 7, 8, 9, 30, 31, 32, 33]), ([1, 5, 9, 3, 3, 8, 2], [7]), ([1], [12, 13]), ([1, 5, 9, 3, 3, 8, 2], [4, 6, 7]),
                ([20, 21, 22], [1, 1, 1, 1, 1, 1, 1, 1]), ([1], [39])])),
        };
        var wide = hidden.to(ScalarType.Float64);
        (wide * arange(wide.numel(), ScalarType.Float64).cos().view(wide.shape)).sum().backward();
        return (Numbers.Of(hidden), [.. decoder.Parameters.Values.SelectMany(parameter => Numbers.Of(parameter.grad ?? zeros_like(parameter)))]);
    }

    // A gradient is a sum of many terms: compared by the largest there is.
    private static double[] Scaled(double[] numbers, double[] by)
    {
        var largest = by.Max(Math.Abs);
        return [.. numbers.Select(number => number / largest)];
    }
}
