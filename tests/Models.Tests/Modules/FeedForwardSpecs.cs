using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Modules;

/// <summary>Feed-forward blocks against their formula, number by number, under every name of an activation.</summary>
public sealed class FeedForwardSpecs
{
    private static readonly string[] Gated = ["llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen3_moe", "phi3", "smollm3", "olmo2", "granite"];

    [Theory]
    [InlineData("silu"), InlineData("swish"), InlineData("gelu"), InlineData("gelu_new"), InlineData("gelu_pytorch_tanh"), InlineData("relu"), InlineData(null)]
    public void A_block_computes_what_its_activation_says(string? name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor Some(params long[] shape) => randn(shape, ScalarType.Float64, generator: generator);
        var (gate, up, down, x) = (Some(5, 4), Some(5, 4), Some(4, 5), Some(3, 4));
        var activation = TinyModels.Config("llama", ("hidden_act", name)).Activation;
        Assert.All(Gated, family => Assert.Equal(activation, TinyModels.Config(family, [.. TinyModels.Differences(family), ("hidden_act", name)]).Activation));
        var block = new FeedForward(new ProjectionGroup([new("gate", gate), new("up", up)]), new("down", down), activation);
        var expected = new double[12];
        double[] g = Numbers.Of(gate), u = Numbers.Of(up), d = Numbers.Of(down), inputs = Numbers.Of(x);
        for (var row = 0; row < 3; row++)
            for (var wide = 0; wide < 5; wide++)
            {
                double Product(double[] weight) => Enumerable.Range(0, 4).Sum(i => weight[(wide * 4) + i] * inputs[(row * 4) + i]);
                for (var o = 0; o < 4; o++) expected[(row * 4) + o] += d[(o * 5) + wide] * Active(name, Product(g)) * Product(u);
            }

        Numbers.Close(expected, Numbers.Of(block.Forward(x, isFrozen: false)), 1e-12, name ?? "none");
    }

    private static double Active(string? name, double x) => name switch
    {
        "gelu" => x * (1 + Erf(x / Math.Sqrt(2))) / 2,
        "gelu_new" or "gelu_pytorch_tanh" => x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
        "relu" => Math.Max(0, x),
        _ => x / (1 + Math.Exp(-x)),
    };

    // 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1))
    private static double Erf(double x)
    {
        var (sum, power) = (0.0, x);
        for (var n = 0; n < 200; n++)
        {
            sum += power / ((2 * n) + 1);
            power *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
