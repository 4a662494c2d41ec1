using System.Text.Json.Nodes;
using SafetyGate.Trainers.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Optimization;

public sealed class OptimizerSpecs
{
    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("optimizers", "clip");

    [Theory, MemberData(nameof(Files))]
    public void Optimizers_agree_with_torch_in_float64(string file) => Follow(file, ScalarType.Float64, Near.Float64);

    [Theory, MemberData(nameof(Files))]
    public void Optimizers_agree_with_torch_in_float32(string file) => Follow(file, ScalarType.Float32, Near.Float32);

    [Theory, MemberData(nameof(Files))]
    public void Libtorchs_fused_operators_agree_with_torch(string file)
    {
        Follow(file, ScalarType.Float64, Near.Float64, fused: true);
        Follow(file, ScalarType.Float32, Near.Float32, fused: true);
    }

    [Theory, MemberData(nameof(Files))]
    public void Clipping_agrees_with_torch(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        foreach (var expected in fixture["results"]!["clip"]!.AsArray())
        {
            ConformanceLog.Compared(file, $"clip {expected!.ToJsonString()}");
            expected!.RequireOnly("The clipping", "max_norm", "norm_type", "norm", "W", "b");
            using var problem = new LeastSquares(fixture["inputs"]!, ScalarType.Float64);
            problem.Backward();
            var type = expected!["norm_type"]!.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.PositiveInfinity : (double)expected["norm_type"]!;
            var norm = GradientClipping.Clip([problem.W, problem.B], (double)expected["max_norm"]!, type);
            Near.Equal((double)expected["norm"]!, norm, Near.Float64, $"norm of type {type}");
            using var w = problem.W.grad!;
            using var b = problem.B.grad!;
            LeastSquares.Expect(expected["W"]!, w, Near.Float64, "clipped gradient of W");
            LeastSquares.Expect(expected["b"]!, b, Near.Float64, "clipped gradient of b");
        }
    }

    // By hand: w = 2, g = 3. m/c1 = g, v/c2 = g², so the first step is lr·sign(g); decay first takes lr·decay·w.
    [Theory]
    [InlineData(OptimizerKind.AdamW, 0.0, 1.9)] // 2 - 0.1
    [InlineData(OptimizerKind.AdamW, 0.5, 1.8)] // 2·(1 - 0.1·0.5) - 0.1
    [InlineData(OptimizerKind.Adam, 0.5, 1.9)] // the decay is in the gradient, whose size cancels
    [InlineData(OptimizerKind.Sgd, 0.0, 1.7)] // 2 - 0.1·3
    [InlineData(OptimizerKind.Sgd, 0.5, 1.6)] // 2 - 0.1·(3 + 0.5·2)
    public void The_first_step_is_what_the_formula_says(OptimizerKind kind, double decay, double expected)
    {
        using var w = tensor(new[] { 2.0 }, dtype: ScalarType.Float64).requires_grad_();
        using var optimizer = new OptimizerOptions { Kind = kind, WeightDecay = decay, Epsilon = 1e-12 }.Create([KeyValuePair.Create("w", w)]);
        using (var loss = (w * 3).sum()) loss.backward();
        optimizer.Step(0.1);
        Assert.Equal(expected, LeastSquares.Number(w), 9);
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd)]
    public void A_restored_optimizer_goes_on_bit_for_bit(OptimizerKind kind)
    {
        var options = new OptimizerOptions { Kind = kind, WeightDecay = 0.01, Momentum = kind == OptimizerKind.Sgd ? 0.9 : 0, Dampening = kind == OptimizerKind.Sgd ? 0.3 : 0 };
        using var undisturbed = ones(3, dtype: ScalarType.Float32).requires_grad_();
        using var resumed = ones(3, dtype: ScalarType.Float32).requires_grad_();
        using var first = options.Create([KeyValuePair.Create("w", undisturbed)]);
        for (var step = 0; step < 5; step++) Descend(undisturbed, first, step);
        using (var half = options.Create([KeyValuePair.Create("w", resumed)]))
        using (var other = options.Create([KeyValuePair.Create("w", resumed)]))
        {
            for (var step = 0; step < 2; step++) Descend(resumed, half, step);
            Restore(other, half.Save());
            for (var step = 2; step < 5; step++) Descend(resumed, other, step);
        }

        Assert.Equal(undisturbed.bytes.ToArray(), resumed.bytes.ToArray());
    }

    [Fact]
    public void A_state_of_another_kind_is_refused()
    {
        using var three = ones(3).requires_grad_();
        using var adam = new OptimizerOptions { Kind = OptimizerKind.Adam }.Create([KeyValuePair.Create("w", three)]);
        using var adamW = new OptimizerOptions().Create([KeyValuePair.Create("w", three)]);
        Assert.Throws<ArgumentException>(() => Restore(adamW, adam.Save()));
    }

    [Fact]
    public void A_parameter_without_a_gradient_is_named()
    {
        using var w = ones(3).requires_grad_();
        using var optimizer = new OptimizerOptions().Create([KeyValuePair.Create("lonely.weight", w)]);
        Assert.Contains("lonely.weight", Assert.Throws<InvalidOperationException>(() => optimizer.Step(0.1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", true)]
    [InlineData("lm_head.weight", true)]
    [InlineData("model.layers.0.self_attn.q_proj.weight", true)]
    [InlineData("model.layers.0.self_attn.q_proj.bias", false)]
    [InlineData("model.layers.0.self_attn.q_norm.weight", false)]
    [InlineData("model.layers.0.input_layernorm.weight", false)]
    [InlineData("model.layers.0.pre_feedforward_layernorm.weight", false)]
    [InlineData("transformer.h.0.ln_1.weight", false)]
    [InlineData("model.norm.weight", false)]
    public void Biases_and_norms_do_not_decay(string name, bool decayed) => Assert.Equal(decayed, ParameterGroups.IsDecayed(name));

    [Fact]
    public void Gradients_below_the_ceiling_are_left_alone()
    {
        using var w = ones(4, dtype: ScalarType.Float64).requires_grad_();
        using (var loss = w.sum()) loss.backward();
        Assert.Equal(2, GradientClipping.Clip([w], 2.5), 12); // sqrt(1 + 1 + 1 + 1)
        using var gradient = w.grad!;
        Assert.Equal(4, LeastSquares.Number(gradient.sum()), 12);
    }

    // A norm that is none scales nothing: the run names the step, and its gradients are still those that were computed.
    [Theory]
    [InlineData(double.PositiveInfinity), InlineData(double.NaN)]
    public void Gradients_whose_norm_is_not_finite_are_left_as_they_are(double broken)
    {
        using var w = ones(2, dtype: ScalarType.Float64).requires_grad_();
        w.grad = tensor(new[] { broken, 3 });
        Assert.Equal(broken, GradientClipping.Clip([w], 1));
        Assert.Equal([broken, 3], w.grad!.data<double>().ToArray());
    }

    private static void Descend(Tensor w, IOptimizer optimizer, int step)
    {
        using var scope = NewDisposeScope();
        w.grad = null;
        ((w - tensor(new[] { 0.1f, -3f, 7f })) * (step + 1)).square().sum().backward();
        optimizer.Step(0.01);
    }

    private static void Follow(string file, ScalarType dtype, double tolerance, bool? fused = null)
    {
        var fixture = ConformanceCases.Trainer(file);
        var reports = fixture["inputs"]!["report_after_steps"]!.AsArray().Select(step => (int)step!).ToList();
        foreach (var (name, settings) in fixture["inputs"]!["optimizers"]!.AsObject())
        {
            ConformanceLog.Compared(file, $"optimizer {name}");
            using var problem = new LeastSquares(fixture["inputs"]!, dtype);
            // Every parameter of this fixture decays, the bias too: the groups are given by hand.
            var options = Options(name, settings!);
            ParameterGroup[] groups = [new() { Parameters = problem.Parameters, WeightDecay = options.WeightDecay }];
            using IOptimizer optimizer = options.Kind switch { OptimizerKind.AdamW => new AdamW(groups, options, fused), OptimizerKind.Adam => new Adam(groups, options, fused), _ => new Sgd(groups, options) };
            var expected = fixture["results"]!["optimizers"]![name]!.AsArray();
            for (var step = 1; step <= reports[^1]; step++)
            {
                problem.Backward();
                optimizer.Step((double)settings!["lr"]!);
                if (reports.IndexOf(step) is not (>= 0 and var report)) continue;
                var at = expected[report]!;
                Assert.Equal(step, (int)at["step"]!);
                LeastSquares.Expect(at["W"]!, problem.W, tolerance, Invariant($"{name} W after {step}"));
                LeastSquares.Expect(at["b"]!, problem.B, tolerance, Invariant($"{name} b after {step}"));
                Near.Equal((double)at["loss"]!, problem.Backward(), tolerance, Invariant($"{name} loss after {step}"));
            }
        }
    }

    private static OptimizerOptions Options(string name, JsonNode settings)
    {
        var kind = name.Split('_')[0] switch // what stands behind is the case's name: adamax and adafactor are no Adam
        {
            "adamw" => OptimizerKind.AdamW,
            "adam" => OptimizerKind.Adam,
            "sgd" => OptimizerKind.Sgd,
            _ => throw new NotSupportedException($"Optimizer '{name}' is not supported."),
        };
        var options = new OptimizerOptions { Kind = kind };
        foreach (var (key, value) in settings.AsObject())
            options = key switch
            {
                "lr" => options,
                "betas" => options with { Beta1 = (double)value![0]!, Beta2 = (double)value[1]! },
                "eps" => options with { Epsilon = (double)value! },
                "weight_decay" => options with { WeightDecay = (double)value! },
                "momentum" => options with { Momentum = (double)value! },
                "dampening" => options with { Dampening = (double)value! },
                "nesterov" => options with { Nesterov = (bool)value! },
                _ => throw new NotSupportedException($"Optimizer setting '{key}' is not supported."),
            };
        return options;
    }

    private static void Restore(IOptimizer optimizer, OptimizerState saved)
    {
        using var noGrad = no_grad();
        var tensors = saved.Tensors.ToDictionary(StringComparer.Ordinal);
        optimizer.Restore(saved.Kind, saved.Steps, (name, tensor) => tensor.copy_(tensors[name]));
    }
}
