using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Dpo;

/// <summary>The losses of direct preference optimization, as TRL 1.16 computes them.</summary>
public static class DpoLoss
{
    // The α-divergence's exponent stays where float32 can hold its exponential, as in TRL.
    private const double LargestExponent = 80;
    private const double AlphaIsOne = 1e-6;

    /// <summary>Log-probabilities of completions: sums over their tokens, those behind the pair's shorter completion weighed.</summary>
    /// <param name="logProbsRC">[2B, C], nats, 0 behind a completion's end. Borrowed.</param>
    /// <param name="lengths">[2B]: tokens of each completion, chosen and rejected in turn.</param>
    /// <param name="ldAlpha">That weight; <c>null</c>: 1.</param>
    /// <returns>[2B]; the caller disposes it.</returns>
    public static Tensor SequenceSums(Tensor logProbsRC, IReadOnlyList<int> lengths, double? ldAlpha)
    {
        if (ldAlpha is not { } tail) return logProbsRC.sum(-1);
        using var scope = NewDisposeScope();
        var width = (int)logProbsRC.shape[1];
        var weights = new double[lengths.Count * width];
        for (var row = 0; row < lengths.Count; row++)
        {
            var shared = Math.Min(lengths[row], lengths[row ^ 1]);
            weights.AsSpan(row * width, shared).Fill(1);
            weights.AsSpan((row * width) + shared, lengths[row] - shared).Fill(tail);
        }

        return (logProbsRC * tensor(weights, [lengths.Count, width], logProbsRC.dtype, logProbsRC.device)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>Computes a loss.</summary>
    /// <param name="input">The pairs. Borrowed.</param>
    /// <param name="options">Which loss; must be valid.</param>
    /// <returns>The loss, a mean over pairs, and numbers of each pair; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or weighting lacks what it needs.</exception>
    public static DpoLossTerms Compute(DpoLossInput input, DpoOptions options)
    {
        var rows = input.LogProbsRC.shape[0];
        if (input.LogProbsRC.dim() != 2 || rows == 0 || rows % 2 != 0 || input.Lengths.Count != rows || input.ReferenceLogProbs.Count != rows)
            throw new ArgumentException(Invariant($"Log-probabilities are [{string.Join(", ", input.LogProbsRC.shape)}] with {input.Lengths.Count} lengths and {input.ReferenceLogProbs.Count} of the reference; they must be [2B, C], 2B and 2B."), nameof(input));
        if (options.UseWeighting && input.CollisionsRC is null) throw new ArgumentException("Weighted pairs need the collisions of the tokens' distributions.", nameof(input));
        using var scope = NewDisposeScope();
        var pairs = Pairs.Of(input, options);
        var weights = options.UseWeighting ? Weights(input) : null;
        Tensor? loss = null;
        for (var i = 0; i < options.LossType.Count; i++)
        {
            var perPair = Loss(options.LossType[i], pairs, input, options);
            var part = weights is null ? perPair.mean() : (perPair * weights).mean();
            if (options.LossType[i] != DpoLossType.Sft) part = part.Times(input.PairShare); // already a share of the batch's tokens
            if (options.LossWeights is { } given) part = part.Times(given[i]);
            loss = loss is null ? part : loss.Plus(part);
        }

        return new(loss!.MoveToOuterDisposeScope(), Terms(pairs.Chosen, pairs.ChosenRatio, options.Beta), Terms(pairs.Rejected, pairs.RejectedRatio, options.Beta));
    }

    private static Tensor Loss(DpoLossType type, Pairs pairs, DpoLossInput input, DpoOptions options)
    {
        var (beta, smoothing) = (options.Beta, options.LabelSmoothing);
        var (chosen, rejected) = (pairs.ChosenScore, pairs.RejectedScore);
        var logits = chosen.sub(rejected).Times(beta);
        switch (type)
        {
            case DpoLossType.Sigmoid: return LogSigmoid(logits).neg();
            case DpoLossType.Hinge: return logits.neg().Plus(1.0).relu();
            case DpoLossType.Ipo: return Square(pairs.PerToken().Plus(-1 / (2 * beta)));
            case DpoLossType.SigmoidNorm: return LogSigmoid(pairs.PerToken().Times(beta)).neg();
            case DpoLossType.ExoPair:
                return (logits.sigmoid() * LogSigmoid(logits).Plus(-double.LogP1(-smoothing)))
                    .Plus(logits.neg().sigmoid() * LogSigmoid(logits.neg()).Plus(-Math.Log(smoothing)));
            case DpoLossType.NcaPair:
                return LogSigmoid(chosen.Times(beta)).Plus(LogSigmoid(chosen.Times(-beta)).Times(0.5)).Plus(LogSigmoid(rejected.Times(-beta)).Times(0.5)).neg();
            case DpoLossType.Robust:
                return LogSigmoid(logits).Times(1 - smoothing).sub(LogSigmoid(logits.neg()).Times(smoothing)).Times(-1 / (1 - (2 * smoothing)));
            case DpoLossType.BcoPair: return LogSigmoid(chosen.Times(beta)).Plus(LogSigmoid(rejected.Times(-beta))).neg();
            case DpoLossType.SppoHard: return Square(chosen.Plus(-0.5 / beta)).Plus(Square(rejected.Plus(0.5 / beta)));
            case DpoLossType.Aot:
                return Smoothed(Sorted(pairs.Chosen.sub(pairs.Rejected)).sub(Sorted(pairs.ReferenceChosen.sub(pairs.ReferenceRejected))).Times(beta), smoothing);
            case DpoLossType.AotUnpaired: return Smoothed(Sorted(pairs.ChosenRatio).sub(Sorted(pairs.RejectedRatio)).Times(beta), smoothing);
            case DpoLossType.ApoZero: return pairs.RejectedRatio.Times(beta).sigmoid().sub(pairs.ChosenRatio.Times(beta).sigmoid()).Plus(1.0);
            case DpoLossType.ApoDown: return pairs.ChosenRatio.Times(beta).sigmoid().sub(logits.sigmoid()).Plus(1.0);
            case DpoLossType.Discopop:
                var mixed = logits.Over(options.DiscopopTau).sigmoid();
                return (LogSigmoid(logits).neg() * mixed.neg().Plus(1.0)).Plus(logits.neg().exp() * mixed);
            case DpoLossType.Sft:
                var tokens = input.ChosenTokensInBatch ?? pairs.ChosenLengths.Sum();
                return EvenRows(input.LogProbsRC).sum().neg().Over(tokens).expand(pairs.Chosen.shape);
            default: throw new ArgumentException($"The loss {type} is none of {string.Join(", ", Enum.GetNames<DpoLossType>())}.", nameof(type));
        }
    }

    // p(y)/Σp² by token, its geometric mean over a completion, both completions' product; held constant.
    private static Tensor Weights(DpoLossInput input)
    {
        using var noGradients = no_grad();
        var lengths = tensor(input.Lengths.Select(length => (double)length).ToArray(), input.LogProbsRC.dtype, input.LogProbsRC.device);
        var weights = ((input.LogProbsRC.sub(input.CollisionsRC!)).sum(-1) / lengths).exp();
        return EvenRows(weights) * OddRows(weights);
    }

    private static List<DpoCompletionTerms> Terms(Tensor logProbs, Tensor ratios, double beta)
    {
        var sums = Doubles(logProbs);
        return [.. Doubles(ratios).Select((ratio, i) => new DpoCompletionTerms(sums[i], beta * ratio))];
    }

    private static double[] Doubles(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static Tensor LogSigmoid(Tensor x) => nn.functional.logsigmoid(x);

    private static Tensor Square(Tensor x) => x * x;

    private static Tensor Sorted(Tensor x) => x.sort(0).Values;

    private static Tensor Smoothed(Tensor logits, double smoothing) =>
        LogSigmoid(logits).Times(smoothing - 1).sub(LogSigmoid(logits.neg()).Times(smoothing));

    private static Tensor EvenRows(Tensor rows) => rows.reshape([rows.shape[0] / 2, 2, .. rows.shape[1..]]).select(1, 0);

    private static Tensor OddRows(Tensor rows) => rows.reshape([rows.shape[0] / 2, 2, .. rows.shape[1..]]).select(1, 1);

    /// <summary>[B] each: log-probabilities under policy and reference, their ratios, and the scores a divergence makes of them.</summary>
    private sealed record Pairs(Tensor Chosen, Tensor Rejected, Tensor ReferenceChosen, Tensor ReferenceRejected, Tensor ChosenScore, Tensor RejectedScore,
        IReadOnlyList<int> ChosenLengths, IReadOnlyList<int> RejectedLengths)
    {
        public Tensor ChosenRatio { get; } = Chosen.sub(ReferenceChosen);

        public Tensor RejectedRatio { get; } = Rejected.sub(ReferenceRejected);

        public static Pairs Of(DpoLossInput input, DpoOptions options)
        {
            var sums = SequenceSums(input.LogProbsRC, input.Lengths, options.LdAlpha);
            var reference = tensor(input.ReferenceLogProbs.ToArray(), sums.dtype, sums.device);
            var scores = Score(sums.sub(reference), options);
            return new(EvenRows(sums), OddRows(sums), EvenRows(reference), OddRows(reference), EvenRows(scores), OddRows(scores),
                [.. input.Lengths.Where((_, row) => row % 2 == 0)], [.. input.Lengths.Where((_, row) => row % 2 == 1)]);
        }

        /// <summary>Differences of scores divided by their completions' lengths.</summary>
        public Tensor PerToken() => (ChosenScore / Lengths(ChosenLengths)).sub(RejectedScore / Lengths(RejectedLengths));

        private Tensor Lengths(IReadOnlyList<int> lengths) => tensor(lengths.Select(length => (double)length).ToArray(), Chosen.dtype, Chosen.device);

        private static Tensor Score(Tensor ratios, DpoOptions options) => options.FDivergenceType switch
        {
            FDivergenceType.ForwardKl => ratios.neg().expm1().neg(),
            FDivergenceType.JsDivergence => LogSigmoid(ratios).Plus(Math.Log(2)),
            FDivergenceType.AlphaDivergence when Math.Abs(options.FAlphaDivergenceCoef - 1) >= AlphaIsOne =>
                ratios.Times(options.FAlphaDivergenceCoef - 1).clamp_max(Scalars.Of(LargestExponent)).expm1().Over(options.FAlphaDivergenceCoef - 1),
            _ => ratios,
        };
    }
}
