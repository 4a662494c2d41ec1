using SafetyGate.Models.Engine;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>The losses of the GRPO family, as TRL 1.16 computes them.</summary>
public static class GrpoLoss
{
    // VESPO's own clamps of log ratios, as its authors' code and TRL have them.
    private const double VespoLogLimit = 20;
    private const double VespoLeastLambda = 1e-4;
    private static readonly double VespoLogLeast = Math.Log(1e-8);

    /// <summary>Computes a loss.</summary>
    /// <param name="input">Log-probabilities, masks and advantages. Borrowed.</param>
    /// <param name="options">Which loss; must be valid.</param>
    /// <returns>The loss and its metrics; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Shapes do not fit, or the KL in the loss lacks a reference.</exception>
    public static GrpoLossTerms Compute(GrpoLossInput input, GrpoOptions options)
    {
        var rows = input.LogProbsBC.shape[0];
        if (input.LogProbsBC.dim() != 2 || input.Advantages.Count != rows || !input.MaskBC.shape.SequenceEqual(input.LogProbsBC.shape) || !input.EntropiesBC.shape.SequenceEqual(input.LogProbsBC.shape))
            throw new ArgumentException(Invariant($"Log-probabilities are [{string.Join(", ", input.LogProbsBC.shape)}], the mask [{string.Join(", ", input.MaskBC.shape)}] and the advantages {input.Advantages.Count}; they must be [B, C], [B, C] and B."), nameof(input));
        var hasKl = options.Beta != 0 && options.KlPlacement == KlPlacement.Loss;
        if (hasKl && input.ReferenceLogProbsBC is null)
            throw new ArgumentException("The KL in the loss needs the reference's log-probabilities.", nameof(input));
        using var scope = NewDisposeScope();
        var logProbs = input.LogProbsBC;
        var (dtype, device) = (logProbs.dtype, logProbs.device);
        var mask = input.MaskBC.to(dtype);
        var advantages = tensor(input.Advantages.ToArray(), dtype, device).unsqueeze(-1);
        var logRatio = logProbs.sub(input.OldLogProbsBC ?? logProbs.detach());
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        Tensor? kl = null;
        if (hasKl)
        {
            kl = TokenKl.K3(logProbs, input.ReferenceLogProbsBC!);
            if (options.UseBiasCorrectionKl) kl = kl * Weights(logRatio, mask, options.ImportanceSamplingLevel).exp();
            metrics["kl"] = Mean(kl, mask);
        }

        metrics["entropy"] = Mean(input.EntropiesBC, mask);
        var entropyMask = options.TopEntropyQuantile < 1 ? HighEntropy(input.EntropiesBC, mask, options.TopEntropyQuantile) : null;
        var loss = options.LossType switch
        {
            GrpoLossType.Rloo => Rloo(logRatio, advantages, mask, input.OldLogProbsBC is null, options, metrics).Times(input.RowShare),
            GrpoLossType.Gmpo => Gmpo(logRatio, advantages, mask, entropyMask, kl, options, metrics).Times(input.RowShare),
            GrpoLossType.Reinforce => (advantages * logProbs * mask).sum().neg().Over(rows).Times(input.RowShare),
            _ => Reduced(TokenLosses(input, options, logRatio, advantages, mask, entropyMask, kl, metrics), mask, input, options),
        };
        if (!options.TrainsEntropies) return new(loss.MoveToOuterDisposeScope(), metrics);
        metrics["policy_loss"] = Number(loss) / (SumsOverUpdate(options) ? 1 : input.RowShare);
        if (!options.UseAdaptiveEntropy) metrics["entropy_coef"] = options.EntropyCoefficient;
        var effective = entropyMask is null ? mask : mask * entropyMask;
        var entropy = (input.EntropiesBC * effective).sum();
        if (options.EntropyCoefficient != 0)
        {
            var bonus = SumsOverUpdate(options) ? entropy.Over(TokensInUpdate(input, mask)) : (entropy / effective.sum().clamp_min(Scalars.Of(1L))).Times(input.RowShare);
            loss = loss.sub(bonus.Times(options.EntropyCoefficient));
        }

        return new(loss.MoveToOuterDisposeScope(), metrics) { Entropy = options.UseAdaptiveEntropy ? (Number(entropy), Number(effective.sum())) : default };
    }

    private static Tensor TokenLosses(GrpoLossInput input, GrpoOptions options, Tensor logRatio, Tensor advantages, Tensor mask,
        Tensor? entropyMask, Tensor? kl, Dictionary<string, double> metrics)
    {
        var ratio = Weights(logRatio, mask, options.ImportanceSamplingLevel).exp();
        var losses = options.LossType switch
        {
            GrpoLossType.Cispo => Cispo(ratio, advantages, input.LogProbsBC, mask, options, metrics),
            GrpoLossType.Sapo => Sapo(ratio, advantages, options),
            GrpoLossType.Vespo => Vespo(logRatio, advantages, input.LogProbsBC, mask, options, metrics),
            _ => Clipped(ratio, advantages, mask, input.OldLogProbsBC is null, options, metrics),
        };
        if (options.OffPolicyMaskThreshold is { } threshold)
        {
            var meanLogRatio = RowMeans(logRatio.detach().neg(), mask);
            losses = losses * advantages.ge(Scalars.Of(0L)).logical_or(meanLogRatio.le(Scalars.Of(threshold))).to(losses.dtype);
        }

        if (entropyMask is not null) losses = losses * entropyMask;
        return kl is null ? losses : losses.Plus(kl.Times(options.Beta));
    }

    private static Tensor Reduced(Tensor losses, Tensor mask, GrpoLossInput input, GrpoOptions options)
    {
        var masked = losses * mask; // broadcasts a number a row over its tokens
        return options.LossType switch
        {
            GrpoLossType.Bnpo => (masked.sum() / mask.sum().clamp_min(Scalars.Of(1L))).Times(input.RowShare),
            GrpoLossType.DrGrpo => masked.sum().Over(mask.shape[0] * (options.LossDivisor ?? options.MaxCompletionLength)).Times(input.RowShare),
            GrpoLossType.Dapo or GrpoLossType.Cispo or GrpoLossType.Vespo => masked.sum().Over(TokensInUpdate(input, mask)),
            GrpoLossType.Luspo => masked.sum().Over(mask.shape[0]).Times(input.RowShare),
            _ => (masked.sum(-1) / mask.sum(-1).clamp_min(Scalars.Of(1L))).mean().Times(input.RowShare),
        };
    }

    private static Tensor Clipped(Tensor ratio, Tensor advantages, Tensor mask, bool isOnPolicy, GrpoOptions options,
        Dictionary<string, double> metrics)
    {
        var clipped = ratio.clamp_min(Scalars.Of(1 - options.Epsilon)).clamp_max(Scalars.Of(1 + options.UpperEpsilon));
        if (options.Delta is { } cap) ratio = ratio.clamp_max(Scalars.Of(cap));
        if (isOnPolicy && !(options.Delta < 1 - options.Epsilon)) NothingClipped(metrics);
        else ClipMetrics(ratio.lt(Scalars.Of(1 - options.Epsilon)), ratio.gt(Scalars.Of(1 + options.UpperEpsilon)), advantages, mask, metrics);
        return (ratio * advantages).minimum(clipped * advantages).neg();
    }

    private static Tensor Cispo(Tensor ratio, Tensor advantages, Tensor logProbs, Tensor mask, GrpoOptions options,
        Dictionary<string, double> metrics)
    {
        metrics["cispo_clip_ratio"] = Mean(ratio.gt(Scalars.Of(options.UpperEpsilon)).logical_and(advantages.gt(Scalars.Of(0L))).to(mask.dtype), mask);
        return (ratio.clamp_max(Scalars.Of(options.UpperEpsilon)).detach() * advantages * logProbs).neg();
    }

    private static Tensor Sapo(Tensor ratio, Tensor advantages, GrpoOptions options)
    {
        var temperatures = BySign(advantages.gt(Scalars.Of(0L)), options.SapoTemperaturePositive, options.SapoTemperatureNegative, advantages);
        return ((temperatures * ratio.Plus(-1.0)).sigmoid().Times(4) / temperatures * advantages).neg();
    }

    private static Tensor Vespo(Tensor logRatio, Tensor advantages, Tensor logProbs, Tensor mask, GrpoOptions options,
        Dictionary<string, double> metrics)
    {
        var logWeight = (logRatio.detach().clamp_min(Scalars.Of(-VespoLogLimit)).clamp_max(Scalars.Of(VespoLogLimit)) * mask).sum([-1], keepdim: true)
            .clamp_min(Scalars.Of(VespoLogLeast)).clamp_max(Scalars.Of(VespoLogLimit));
        var notNegative = advantages.ge(Scalars.Of(0L));
        var k = BySign(notNegative, options.VespoKPositive, options.VespoKNegative, advantages);
        var lambda = BySign(notNegative, Math.Max(VespoLeastLambda, options.VespoLambdaPositive), Math.Max(VespoLeastLambda, options.VespoLambdaNegative), advantages);
        var phi = lambda.Plus(k * logWeight).sub(lambda * logWeight.exp()).exp();
        metrics["vespo/phi_seq_mean"] = Mean(phi, mask);
        return (phi * advantages * logProbs).neg();
    }

    private static Tensor Rloo(Tensor logRatio, Tensor advantages, Tensor mask, bool isOnPolicy, GrpoOptions options,
        Dictionary<string, double> metrics)
    {
        var ratio = (logRatio * mask).sum([-1], keepdim: true).exp();
        return Clipped(ratio, advantages, mask, isOnPolicy, options, metrics).mean();
    }

    private static Tensor Gmpo(Tensor logRatio, Tensor advantages, Tensor mask, Tensor? entropyMask, Tensor? kl, GrpoOptions options,
        Dictionary<string, double> metrics)
    {
        var clamped = logRatio.clamp_min(Scalars.Of(-options.Epsilon)).clamp_max(Scalars.Of(options.UpperEpsilon));
        var oneSided = where(advantages.gt(Scalars.Of(0L)).expand_as(logRatio), logRatio.minimum(clamped), logRatio.maximum(clamped));
        ClipMetrics(logRatio.lt(Scalars.Of(-options.Epsilon)), logRatio.gt(Scalars.Of(options.UpperEpsilon)), advantages, mask, metrics);
        var losses = (RowMeans(oneSided, entropyMask ?? mask).exp() * advantages).neg();
        return (kl is null ? losses : losses.Plus(RowMeans(kl, mask).Times(options.Beta))).mean();
    }

    // On-policy every ratio is exp(0) = 1, so there is nothing to count; counting would wait for the device eight times a pass.
    private static void NothingClipped(Dictionary<string, double> metrics)
    {
        foreach (var name in new[] { "clip_ratio/low_mean", "clip_ratio/high_mean", "clip_ratio/region_mean", "clip_ratio/low_min", "clip_ratio/high_max" }) metrics[name] = 0;
    }

    private static void ClipMetrics(Tensor low, Tensor high, Tensor advantages, Tensor mask, Dictionary<string, double> metrics)
    {
        var lowClipped = low.logical_and(advantages.lt(Scalars.Of(0L))).to(mask.dtype);
        var highClipped = high.logical_and(advantages.gt(Scalars.Of(0L))).to(mask.dtype);
        metrics["clip_ratio/low_mean"] = Mean(lowClipped, mask);
        metrics["clip_ratio/high_mean"] = Mean(highClipped, mask);
        metrics["clip_ratio/region_mean"] = metrics["clip_ratio/low_mean"] + metrics["clip_ratio/high_mean"];
        metrics["clip_ratio/low_min"] = PerRow(lowClipped, mask).DefaultIfEmpty(0).Min();
        metrics["clip_ratio/high_max"] = PerRow(highClipped, mask).DefaultIfEmpty(0).Max();
    }

    /// <summary>Logarithms of the ratios: [B, C] by token, [B, 1] by sequence.</summary>
    private static Tensor Weights(Tensor logRatio, Tensor mask, ImportanceLevel level) => level switch
    {
        ImportanceLevel.Token => logRatio,
        ImportanceLevel.Sequence => RowMeans(logRatio, mask),
        _ => logRatio.sub(logRatio.detach()).Plus(RowMeans(logRatio.detach(), mask)),
    };

    private static Tensor RowMeans(Tensor valuesBC, Tensor mask) =>
        (valuesBC * mask).sum([-1], keepdim: true) / mask.sum([-1], keepdim: true).clamp_min(Scalars.Of(1L));

    /// <summary>1 for the tokens at or above the (1 − share) quantile of the entropies that count, linearly interpolated.</summary>
    private static Tensor HighEntropy(Tensor entropies, Tensor mask, double share)
    {
        using var noGradients = no_grad();
        // In float32, so that entropies of one context in several rows, which a wider type rounds apart, stay one value.
        var rounded = entropies.detach().to(ScalarType.Float32);
        var sorted = Doubles(rounded.masked_select(mask.gt(Scalars.Of(0L))));
        if (sorted.Length == 0) return zeros_like(mask);
        Array.Sort(sorted);
        var position = (1 - share) * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        var threshold = sorted[below] + ((position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
        using var least = Scalars.New(threshold);
        return rounded.ge(least).to(mask.dtype) * mask;
    }

    private static Tensor BySign(Tensor condition, double yes, double no, Tensor like) =>
        where(condition, full_like(like, Scalars.Of(yes)), full_like(like, Scalars.Of(no)));

    private static bool SumsOverUpdate(GrpoOptions options) =>
        options.LossType is GrpoLossType.Dapo or GrpoLossType.Cispo or GrpoLossType.Vespo;

    private static double TokensInUpdate(GrpoLossInput input, Tensor mask) => Math.Max(1, input.TokensInUpdate ?? Number(mask.sum()));

    /// <summary>Mean over the tokens that count, or over rows for a number a row.</summary>
    private static double Mean(Tensor values, Tensor mask) =>
        values.shape[1] == 1 && mask.shape[1] != 1
            ? Number(values.detach().mean())
            : Number((values.detach() * mask).sum()) / Math.Max(1, Number(mask.sum()));

    /// <summary>The same by row; rows without a token that counts are left out.</summary>
    private static IEnumerable<double> PerRow(Tensor values, Tensor mask)
    {
        if (values.shape[1] == 1 && mask.shape[1] != 1) return Doubles(values.squeeze(1));
        var (sums, counts) = (Doubles((values * mask).sum(-1)), Doubles(mask.sum(-1)));
        return sums.Zip(counts).Where(row => row.Second > 0).Select(row => row.First / row.Second);
    }

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();

    private static double[] Doubles(Tensor values) => values.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
}
