using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
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

    private UpdateBatch(IReadOnlyList<Part> parts, double[]? klSums)
    {
        (_parts, KlSums) = (parts, klSums);
        _rows = parts.Sum(part => part.Batch.Lengths.Count);
        _tokensThatCount = parts.Sum(part => part.TokensThatCount);
    }

    /// <summary>
    /// log π − log p of each response under the policy that sampled it, summed; <c>null</c> unless the KL is in the reward.
    /// </summary>
    public IReadOnlyList<double>? KlSums { get; }

    /// <summary>Tokens of one pass over all rows, prompts included.</summary>
    public int TokenCount => _parts.Sum(part => part.Batch.TokenCount);

    public static UpdateBatch Of(IReadOnlyList<RolloutGroup> groups, IDecoder policy, IDecoder? reference, GrpoOptions options)
    {
        var rows = groups.SelectMany(group => group.Sequences.Select((sequence, i) => (
            Example: new TokenExample { Id = group.Prompt.Item.Id, PromptIds = group.Prompt.PromptIds, CompletionIds = sequence.NewIds },
            Counts: !(options.MaskTruncatedCompletions && group.IsTruncated(i))))).ToList();
        var parts = new List<Part>();
        var klSums = options.Beta != 0 && options.KlPlacement == KlPlacement.Reward ? new List<double>() : null;
        // One pass on the policy serves both KL and gradient where all rows are one batch and used once: its graph is kept until Backward.
        var keepsPass = options.NeedsSamplingPolicy && options.NumIterations == 1 && (options.MicroBatchRows ?? rows.Count) >= rows.Count;
        using var noGradients = no_grad();
        foreach (var chunk in rows.Chunk(options.MicroBatchRows ?? rows.Count))
        {
            using var scope = NewDisposeScope();
            var batch = CompletionBatch.Of([.. chunk.Select(row => row.Example)], policy.Device);
            var counts = batch.MaskBC.logical_and(tensor(chunk.Select(row => row.Counts).ToArray(), device: policy.Device).unsqueeze(-1));
            var passNV = keepsPass ? WithGradients(batch, policy, options.Temperature) : null;
            var old = passNV is not null ? batch.InRows(batch.OfTargets(passNV)) : options.NeedsSamplingPolicy ? Of(batch, policy, options.Temperature) : null;
            var referenceBC = reference is null ? null : Of(batch, reference, options.Temperature);
            if (klSums is not null)
            {
                var sums = TokenKl.SequenceSum(TokenKl.K1(old!, referenceBC!), batch.MaskBC).to(ScalarType.Float64).cpu();
                klSums.AddRange(sums.data<double>().ToArray());
            }

            parts.Add(new Part(
                batch,
                passNV?.DetachFromDisposeScope(),
                counts.DetachFromDisposeScope(),
                options.NumIterations > 1 ? old!.DetachFromDisposeScope() : null, // on-policy, those of the pass itself are the same
                options.KlPlacement == KlPlacement.Loss ? referenceBC?.DetachFromDisposeScope() : null,
                chunk.Sum(row => row.Counts ? row.Example.CompletionIds.Count : 0)));
        }

        return new(parts, klSums?.ToArray());
    }

    /// <summary>Adds the gradients of one update.</summary>
    /// <returns>The loss.</returns>
    public double Backward(IDecoder policy, IReadOnlyList<double> advantages, GrpoOptions options, MetricAverages averages)
    {
        var (total, start) = (0.0, 0);
        foreach (var part in _parts)
        {
            using var scope = NewDisposeScope();
            var count = part.Batch.Lengths.Count;
            var logProbsNV = part.PassNV ?? part.Batch.LogProbabilities(policy, options.Temperature);
            using var terms = GrpoLoss.Compute(
                new()
                {
                    LogProbsBC = part.Batch.InRows(part.Batch.OfTargets(logProbsNV)),
                    EntropiesBC = part.Batch.InRows(Entropies(options.EntropyCoefficient == 0 ? logProbsNV.detach() : logProbsNV)),
                    MaskBC = part.CountsBC,
                    Advantages = [.. advantages.Skip(start).Take(count)],
                    OldLogProbsBC = part.OldBC,
                    ReferenceLogProbsBC = part.ReferenceBC,
                    RowShare = (double)count / _rows,
                    TokensInUpdate = _tokensThatCount,
                },
                options);
            terms.Loss.backward();
            part.PassNV?.Dispose(); // its graph is used up
            total += terms.Loss.detach().to(ScalarType.Float64).item<double>();
            foreach (var (name, value) in terms.Metrics) averages.Add(name, value);
            start += count;
        }

        return total;
    }

    /// <summary>Entropy of each distribution, nats.</summary>
    internal static Tensor Entropies(Tensor logProbsNV) => (logProbsNV.exp() * logProbsNV).sum(-1).neg();

    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.PassNV?.Dispose();
            part.Batch.Dispose();
            part.CountsBC.Dispose();
            part.OldBC?.Dispose();
            part.ReferenceBC?.Dispose();
        }
    }

    private static Tensor Of(CompletionBatch batch, IDecoder decoder, double temperature)
    {
        using var scope = NewDisposeScope();
        return batch.InRows(batch.OfTargets(batch.LogProbabilities(decoder, temperature))).MoveToOuterDisposeScope();
    }

    private static Tensor WithGradients(CompletionBatch batch, IDecoder policy, double temperature)
    {
        using var gradients = enable_grad();
        return batch.LogProbabilities(policy, temperature);
    }

    private sealed record Part(CompletionBatch Batch, Tensor? PassNV, Tensor CountsBC, Tensor? OldBC, Tensor? ReferenceBC,
        int TokensThatCount);
}
