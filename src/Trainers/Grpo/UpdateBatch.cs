using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// The responses of a step as tensors, in micro-batches, with their log-probabilities under the sampling policy and the reference.
/// </summary>
internal sealed class UpdateBatch : IDisposable
{
    private readonly IReadOnlyList<Part> _parts;
    private readonly int _rows;
    private readonly double _tokensThatCount;
    private readonly int _rowsThatCount;

    private UpdateBatch(IReadOnlyList<Part> parts, double[]? klSums)
    {
        (_parts, KlSums) = (parts, klSums);
        _rows = parts.Sum(part => part.Batch.Lengths.Count);
        _tokensThatCount = parts.Sum(part => part.TokensThatCount);
        _rowsThatCount = parts.Sum(part => part.RowsThatCount);
    }

    /// <summary>
    /// log π − log p of each response under the policy that sampled it, summed over the tokens that count, so 0 for a response left out, as
    /// in TRL's RLOO; <c>null</c> unless the KL is in the reward.
    /// </summary>
    public IReadOnlyList<double>? KlSums { get; }

    /// <summary>Mean of these over the responses that count; <c>null</c> where there is none.</summary>
    public double? MeanKl => KlSums is null || _rowsThatCount == 0 ? null : KlSums.Sum() / _rowsThatCount;

    /// <summary>Mean entropy, nats, of the tokens that the entropy bonus acted on in the last update; known where its weight is steered.</summary>
    public double LastEntropy { get; private set; }

    /// <summary>Tokens of one pass over all rows, prompts included.</summary>
    public int TokenCount => _parts.Sum(part => part.Batch.TokenCount);

    public static UpdateBatch Of(IReadOnlyList<RolloutGroup> groups, IDecoder policy, IDecoder? reference, GrpoOptions options)
    {
        var rows = groups.SelectMany(group => group.Sequences.Select((sequence, i) => (
            Example: new TokenExample { Id = group.Prompt.Item.Id, PromptIds = group.Prompt.PromptIds, CompletionIds = sequence.NewIds },
            Counts: !(options.MaskTruncatedCompletions && group.IsTruncated(i))))).ToList();
        var parts = new List<Part>();
        var klSums = options.Beta != 0 && options.KlPlacement == KlPlacement.Reward ? new List<double>() : null;
        var passes = options.Passes.Divide(rows, options.MicroBatchRows ?? rows.Count, pass => TokensOf(pass.Select(row => row.Example)));
        // One pass on the policy serves both KL and gradient where all rows are one batch and used once: its graph is kept until Backward.
        var keepsPass = options.NeedsSamplingPolicy && options.NumIterations == 1 && passes.Count == 1;
        using var noGradients = no_grad();
        foreach (var chunk in passes)
        {
            using var scope = NewDisposeScope();
            var batch = CompletionBatch.Of([.. chunk.Select(row => row.Example)], policy.Device);
            var counts = batch.MaskBC.logical_and(tensor(chunk.Select(row => row.Counts).ToArray(), device: policy.Device).unsqueeze(-1));
            var pass = keepsPass ? CompletionPass.Of(batch, policy, Query(options), options.Passes.RecomputeLayers) : null;
            var old = pass is not null ? batch.InRows(pass.Tokens.LogProbsN.detach()) : options.NeedsSamplingPolicy ? Of(batch, policy, options.Temperature) : null;
            var referenceBC = reference is null ? null : Of(batch, reference, options.Temperature);
            if (klSums is not null)
            {
                var sums = TokenKl.SequenceSum(TokenKl.K1(old!, referenceBC!), counts).to(ScalarType.Float64).cpu();
                klSums.AddRange(sums.data<double>().ToArray());
            }

            parts.Add(new Part(
                batch,
                pass,
                counts.DetachFromDisposeScope(),
                options.NumIterations > 1 ? old!.DetachFromDisposeScope() : null, // on-policy, those of the pass itself are the same
                options.KlPlacement == KlPlacement.Loss ? referenceBC?.DetachFromDisposeScope() : null,
                chunk.Sum(row => row.Counts ? row.Example.CompletionIds.Count : 0),
                chunk.Count(row => row.Counts)));
        }

        return new(parts, klSums?.ToArray());
    }

    /// <summary>Adds the gradients of one update.</summary>
    /// <returns>The loss.</returns>
    public double Backward(IDecoder policy, IReadOnlyList<double> advantages, GrpoOptions options, MetricAverages averages,
        Action collect)
    {
        var (total, start, entropy, tokens) = (0.0, 0, 0.0, 0.0);
        foreach (var part in _parts)
        {
            using var scope = NewDisposeScope();
            var count = part.Batch.Lengths.Count;
            using var pass = part.Pass ?? CompletionPass.Of(part.Batch, policy, Query(options), options.Passes.RecomputeLayers);
            using var terms = GrpoLoss.Compute(
                new()
                {
                    LogProbsBC = part.Batch.InRows(pass.Tokens.LogProbsN),
                    EntropiesBC = part.Batch.InRows(pass.Tokens.EntropiesN),
                    MaskBC = part.CountsBC,
                    Advantages = [.. advantages.Skip(start).Take(count)],
                    OldLogProbsBC = part.OldBC,
                    ReferenceLogProbsBC = part.ReferenceBC,
                    RowShare = (double)count / _rows,
                    TokensInUpdate = _tokensThatCount,
                },
                options);
            pass.Backward(terms.Loss, collect);
            collect();
            total += terms.Loss.detach().to(ScalarType.Float64).item<double>();
            foreach (var (name, value) in terms.Metrics) averages.Add(name, value);
            (entropy, tokens) = (entropy + terms.Entropy.Sum, tokens + terms.Entropy.Tokens);
            start += count;
        }

        LastEntropy = entropy / Math.Max(1, tokens);
        return total;
    }

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Pass?.Dispose();
            part.Batch.Dispose();
            part.CountsBC.Dispose();
            part.OldBC?.Dispose();
            part.ReferenceBC?.Dispose();
        }
    }

    /// <summary>Tokens of a pass: each prompt once, and the completions.</summary>
    private static long TokensOf(IEnumerable<TokenExample> rows)
    {
        var (tokens, prompt) = (0L, (IReadOnlyList<int>?)null);
        foreach (var row in rows)
        {
            if (!ReferenceEquals(row.PromptIds, prompt)) tokens += row.PromptIds.Count;
            (tokens, prompt) = (tokens + row.CompletionIds.Count, row.PromptIds);
        }

        return tokens;
    }

    private static TokenQuery Query(GrpoOptions options) =>
        new() { Temperature = options.Temperature, Entropies = true, EntropiesAreTrained = options.TrainsEntropies };

    private static Tensor Of(CompletionBatch batch, IDecoder decoder, double temperature)
    {
        using var scope = NewDisposeScope();
        using var tokens = batch.LogProbs(decoder, batch.Hidden(decoder), new TokenQuery { Temperature = temperature });
        return batch.InRows(tokens.LogProbsN).MoveToOuterDisposeScope();
    }

    private sealed record Part(CompletionBatch Batch, CompletionPass? Pass, Tensor CountsBC, Tensor? OldBC, Tensor? ReferenceBC,
        int TokensThatCount, int RowsThatCount);
}
