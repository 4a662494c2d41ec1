using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Tests.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

public sealed class SftLossSpecs
{
    // Two targets over a vocabulary of three, with logits that are logarithms of probabilities: (1/2, 1/4, 1/4) and (1/8, 1/8, 3/4).
    private static readonly double[] LogProbs = [.. new[] { 0.5, 0.25, 0.25, 0.125, 0.125, 0.75 }.Select(p => Math.Log(p))];
    private static readonly double NllSum = -Math.Log(0.5) - Math.Log(0.125);

    [Theory]
    [InlineData(SftLossType.Nll, 0.0)]
    [InlineData(SftLossType.Dft, 0.0)]
    [InlineData(SftLossType.Nll, 0.3)]
    public void Losses_are_what_their_formulas_say(SftLossType objective, double smoothing)
    {
        var expected = objective == SftLossType.Dft
            ? (-0.5 * Math.Log(0.5)) - (0.125 * Math.Log(0.125))
            : ((1 - smoothing) * NllSum) + (smoothing * -LogProbs.Sum() / 3);
        using var logits = tensor(LogProbs, [2, 3], dtype: ScalarType.Float64);
        using var targets = tensor(new long[] { 0, 1 }, [2]);
        using var tokens = TokenLogProbs.OfLogits(logits, targets, SftLoss.Query(smoothing));
        using var terms = SftLoss.Sums(tokens, objective, smoothing);
        Assert.Equal(expected, LeastSquares.Number(terms.LossSum), 12);
    }

    [Fact]
    public void Entropy_and_accuracy_are_those_of_the_predictions()
    {
        using var logits = tensor(LogProbs, [2, 3], dtype: ScalarType.Float64);
        using var targets = tensor(new long[] { 0, 1 }, [2]);
        using var tokens = TokenLogProbs.OfLogits(logits, targets, SftLoss.Query());
        using var terms = SftLoss.Sums(tokens);
        Assert.Equal((0.5 * Math.Log(2)) + (0.5 * Math.Log(4)) + (0.25 * Math.Log(8)) - (0.75 * Math.Log(0.75)), LeastSquares.Number(terms.EntropySum), 12);
        Assert.Equal(1, LeastSquares.Number(terms.CorrectCount)); // the first target is the likeliest token, the second is not
    }

    // d/dz of -log p(t) is p - e_t; DFT multiplies it by the constant p(t).
    [Theory]
    [InlineData(SftLossType.Nll, 1.0)]
    [InlineData(SftLossType.Dft, 0.5)]
    public void No_gradient_flows_through_the_weight_of_dft(SftLossType objective, double weight)
    {
        using var logits = tensor(LogProbs[..3], [1, 3], dtype: ScalarType.Float64).requires_grad_();
        using var targets = tensor(new long[] { 0 }, [1]);
        using var tokens = TokenLogProbs.OfLogits(logits.alias(), targets, SftLoss.Query());
        using (var terms = SftLoss.Sums(tokens, objective)) tokens.Backward(terms.LossSum);
        using var gradient = logits.grad!;
        double[] expected = [weight * (0.5 - 1), weight * 0.25, weight * 0.25];
        for (var i = 0; i < 3; i++) Assert.Equal(expected[i], gradient[0, i].item<double>(), 12);
    }

    [Fact]
    public void Nothing_to_predict_is_refused()
    {
        using var logits = zeros(0, 3);
        using var targets = zeros(0, dtype: ScalarType.Int64);
        using var tokens = TokenLogProbs.OfLogits(logits, targets, SftLoss.Query() with { Likeliest = false });
        Assert.Throws<ArgumentException>(() => SftLoss.Sums(tokens));
    }
}
