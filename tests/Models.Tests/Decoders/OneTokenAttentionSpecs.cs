using SafetyGate.Models.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Token after token with a cache, in float32, against float64 passes over whole rows.</summary>
public sealed class OneTokenAttentionSpecs
{
    // float32 sums of up to some dozens of numbers around 1, through three layers
    private const double Rounding = 2e-4;
    private const int Prompt = 6;

    public static TheoryData<string, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var row in TinyModels.Families())
            foreach (var (features, keyHeads) in new[] { (6, 2), (32, 2), (40, 4), (16, 1) }) // a tail only, vectors only, both; groups of 2, 1 and 4 queries
                cases.Add(row.Data, features, keyHeads);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_token_sees_what_it_sees_in_a_whole_pass(string family, int features, int keyHeads)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var wide = TinyModels.Decoder(family, ScalarType.Float64, ("head_dim", features), ("num_key_value_heads", keyHeads));
        using var decoder = TinyModels.Decoder(family, ScalarType.Float32, ("head_dim", features), ("num_key_value_heads", keyHeads));
        foreach (var (name, weight) in wide.Parameters) weight.copy_(decoder.Parameters[name]);
        var ids = tensor(Enumerable.Range(0, 3 * 20).Select(i => (long)(i * 7 % 39)).ToArray(), [3, 20], ScalarType.Int64);
        var keep = ones([3, 20], ScalarType.Bool);
        keep[1, TensorIndex.Slice(0, 4)] = false; // padding on the left
        keep[2, TensorIndex.Slice(3, 5)] = false; // a hole
        keep[2, 11] = false;
        var whole = wide.Hidden(new DecoderInput { IdsBT = ids, KeepMaskBT = keep });
        using var cache = decoder.CreateCache(3, 24);
        Assert.True(OneTokenAttention.Serves(decoder, ((KeyValueCache)cache).Layer(0).Keys));
        decoder.Hidden(new DecoderInput { IdsBT = ids.narrow(1, 0, Prompt), KeepMaskBT = keep.narrow(1, 0, Prompt) }, cache);
        for (var t = Prompt; t < 20; t++)
        {
            var input = new DecoderInput { IdsBT = ids.narrow(1, t, 1), KeepMaskBT = keep.narrow(1, 0, t + 1) };
            var state = decoder.Hidden(input, cache);
            foreach (var row in (int[])[0, 1, 2])
                if (keep[row, t].item<bool>()) Numbers.Close(Numbers.Of(whole[row, t]), Numbers.Of(state[row, 0]), Rounding, $"row {row}, token {t}");
        }
    }

    [Fact]
    public void Rows_on_several_threads_are_those_on_one()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder("llama", ScalarType.Float32, ("head_dim", 32));
        const int rows = 301, seen = 40; // beyond the size from which threads share the rows
        var ids = tensor(Enumerable.Range(0, rows * seen).Select(i => (long)(i * 31 % 37)).ToArray(), [rows, seen], ScalarType.Int64);
        using var together = decoder.CreateCache(rows, seen + 1);
        decoder.Hidden(new DecoderInput { IdsBT = ids }, together);
        var all = Numbers.Of(decoder.Hidden(new DecoderInput { IdsBT = ids.narrow(1, 3, 1) }, together));
        foreach (var row in (int[])[0, 1, 149, 150, 151, 300])
        {
            using var alone = decoder.CreateCache(1, seen + 1);
            decoder.Hidden(new DecoderInput { IdsBT = ids.narrow(0, row, 1) }, alone);
            var one = Numbers.Of(decoder.Hidden(new DecoderInput { IdsBT = ids.narrow(0, row, 1).narrow(1, 3, 1) }, alone));
            Numbers.Close(one, all.AsSpan(row * one.Length, one.Length), Rounding, $"row {row}");
        }
    }

    [Theory, InlineData(ScalarType.Float64), InlineData(ScalarType.BFloat16)]
    public void Other_number_types_go_through_operators(ScalarType dtype)
    {
        using var decoder = TinyModels.Decoder("llama", dtype);
        using var cache = (KeyValueCache)decoder.CreateCache(1, 8);
        Assert.False(OneTokenAttention.Serves(decoder, cache.Layer(0).Keys));
    }
}
