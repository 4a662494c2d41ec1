using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Modules;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Adapters;

/// <summary>What an adapter drops of its inputs while it is trained.</summary>
public sealed class AdapterDropoutSpecs
{
    [Fact]
    public void Dropout_acts_in_training_alone_and_follows_seed_and_step()
    {
        var architecture = TinyModels.Config();
        double[] Passes(ulong seed, long step, int passes)
        {
            using var adapted = new AdaptedDecoder(DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64), architecture);
            adapted.Add("a", MadeAdapter.Load("""{"r": 3, "lora_alpha": 6, "lora_dropout": 0.5, "target_modules": ["q_proj", "o_proj", "down_proj"]}""", adapted.Base, architecture));
            adapted.Train("a", seed);
            adapted.BeginStep(step);
            using var scope = NewDisposeScope();
            var hidden = Enumerable.Range(0, passes).Select(_ =>
            {
                using var pass = adapted.TrainingPass(new DecoderInput { IdsBT = Numbers.Ids([1, 5, 9]) }, recompute: false);
                return Numbers.Of(pass.Hidden);
            }).ToList()[^1];
            var without = MadeAdapter.Logits(adapted);
            adapted.Activate("a");
            Assert.Equal(without, MadeAdapter.Logits(adapted));
            return hidden;
        }

        Assert.Equal(Passes(1, 4, 1), Passes(1, 4, 1));
        Assert.NotEqual(Passes(1, 4, 1), Passes(2, 4, 1));
        Assert.NotEqual(Passes(1, 4, 1), Passes(1, 5, 1));
        Assert.NotEqual(Passes(1, 4, 1), Passes(1, 4, 2));
    }

    [Fact]
    public void A_layer_that_is_computed_again_drops_the_same()
    {
        var architecture = TinyModels.Config();
        double[] Gradients(bool recompute)
        {
            using var adapted = new AdaptedDecoder(DecoderFactory.Create(architecture, seed: 7, dtype: ScalarType.Float64), architecture);
            adapted.Add("a", MadeAdapter.Load("""{"r": 3, "lora_alpha": 6, "lora_dropout": 0.5, "target_modules": "all-linear"}""", adapted.Base, architecture));
            adapted.Train("a", seed: 1);
            adapted.BeginStep(2);
            adapted.Trained.RequireGradients(true);
            using var scope = NewDisposeScope();
            var input = new DecoderInput { IdsBT = Numbers.Ids([1, 5, 9, 3]) };
            using var first = adapted.TrainingPass(input, recompute); // the second pass drops others, and the first's way back its own again
            using var second = adapted.TrainingPass(input, recompute);
            foreach (var pass in (HiddenPass[])[first, second])
            {
                pass.Hidden.pow(2).sum().backward();
                pass.Backward();
            }

            double[] gradients = [.. adapted.Trained.Values.SelectMany(parameter => Numbers.Of(parameter.grad!))];
            adapted.Trained.ClearGradients();
            return gradients;
        }

        Numbers.Close(Gradients(recompute: false), Gradients(recompute: true), 1e-9, "gradients");
    }

    // PEFT's DoRA drops of the input once: product and the base's part that the lengths of rows change see the same of it.
    [Fact]
    public void What_is_dropped_counts_neither_for_the_product_nor_for_the_lengths_of_rows()
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        var target = new LoraTarget("module", 2, 1.5, 6, 4, IsEmbedding: false);
        using var parameters = new ParameterSet();
        foreach (var (name, shape) in new (string, long[])[] { (target.A, target.ShapeOfA), (target.B, target.ShapeOfB), (target.Magnitude, [4]) }) parameters.Add(name, rand(shape, ScalarType.Float64).Plus(0.5));
        var projection = new Projection("module", rand([4, 6], ScalarType.Float64));
        var dropout = new AdapterDropout(0.5, seed: 3);
        dropout.BeginStep(1);
        dropout.BeginPass();
        var input = rand([1, 5, 6], ScalarType.Float64);
        var left = dropout.Apply(target.Module, input);
        Assert.NotEqual(Numbers.Of(input), Numbers.Of(left));
        Numbers.Close(Numbers.Of(new LoraDelta(projection, target, parameters, AdapterDropout.None).Of(left)), Numbers.Of(new LoraDelta(projection, target, parameters, dropout).Of(input)), 1e-12, "added");
    }

    [Fact]
    public void Dropout_keeps_the_mean()
    {
        var dropout = new AdapterDropout(0.25, seed: 1);
        using var scope = NewDisposeScope();
        var input = ones([200, 200], ScalarType.Float64);
        Assert.Same(input, dropout.Apply("m", input));
        dropout.BeginStep(0);
        dropout.BeginPass();
        var dropped = dropout.Apply("m", input);
        Assert.InRange(dropped.mean().ToDouble(), 0.98, 1.02); // deviation of the mean 0.003
        Assert.Equal(2, Numbers.Of(dropped).Distinct().Count());
        Assert.InRange(Numbers.Of(dropped).Count(number => number == 0) / 40_000.0, 0.24, 0.26);
        Assert.NotEqual(Numbers.Of(dropped), Numbers.Of(dropout.Apply("n", input)));
        dropout.End();
        Assert.Same(input, dropout.Apply("m", input));
    }
}
