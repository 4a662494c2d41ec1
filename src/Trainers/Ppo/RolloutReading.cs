using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>The responses of a step with all that their advantages are computed from.</summary>
/// <param name="Rows">Prompt and response of each.</param>
/// <param name="Rollout">Scores, log-probabilities and values.</param>
/// <param name="PadId">Any token of the vocabulary.</param>
internal sealed record RolloutReading(IReadOnlyList<TokenExample> Rows, PpoRollout Rollout, int PadId)
{
    /// <summary>Reads responses, one to each prompt.</summary>
    /// <param name="groups">The responses.</param>
    /// <param name="scores">Their scores.</param>
    /// <param name="policy">The policy that sampled them. Borrowed, as all models are.</param>
    /// <param name="value">The value model.</param>
    /// <param name="reference">The reference; <c>null</c> reads none, and its log-probabilities are the policy's.</param>
    /// <param name="options">Settings.</param>
    /// <param name="padId">Any token of the vocabulary.</param>
    public static RolloutReading Of(IReadOnlyList<RolloutGroup> groups, IReadOnlyList<double> scores, IDecoder policy, IDecoder value, IDecoder? reference, PpoOptions options, int padId)
    {
        List<TokenExample> rows = [.. groups.Select(group => new TokenExample { Id = group.Prompt.Item.Id, PromptIds = group.Prompt.PromptIds, CompletionIds = group.Sequences[0].NewIds })];
        var width = rows.Max(row => row.CompletionIds.Count);
        var (logProbs, references, values) = (new double[rows.Count][], new double[rows.Count][], new double[rows.Count][]);
        using var noGradients = no_grad();
        foreach (var pass in options.Passes.Divide([.. Enumerable.Range(0, rows.Count)], options.PerDeviceTrainBatchSize, chunk => chunk.Sum(row => (long)rows[row].Length)))
        {
            using var batch = CompletionBatch.Of([.. pass.Select(row => rows[row])], policy.Device);
            Put(logProbs, pass, LogProbs(batch, policy, options.Temperature));
            Put(references, pass, reference is null ? [.. pass.Select(row => logProbs[row])] : LogProbs(batch, reference, options.Temperature));
            using var states = CompletionBatch.Of([.. pass.Select(row => ValueRow(rows[row], options.Form == PpoForm.Trl ? Math.Min(rows[row].CompletionIds.Count + 1, width) : rows[row].CompletionIds.Count, padId))], value.Device);
            Put(values, pass, Values(states, value));
        }

        var rollout = new PpoRollout { Lengths = [.. rows.Select(row => row.CompletionIds.Count)], Scores = scores, LogProbs = logProbs, ReferenceLogProbs = references, Values = values };
        return new(rows, rollout, padId);

        void Put(double[][] table, IReadOnlyList<int> pass, IReadOnlyList<double[]> read)
        {
            for (var i = 0; i < pass.Count; i++) table[pass[i]] = [.. read[i].Take(width), .. new double[Math.Max(0, width - read[i].Length)]];
        }
    }

    /// <summary>A row whose states are those with a value: the value behind the last token needs a token after it, which no state has read.</summary>
    /// <param name="row">The response.</param>
    /// <param name="positions">Its value positions.</param>
    public TokenExample ValueRow(int row, int positions) => ValueRow(Rows[row], positions, PadId);

    private static TokenExample ValueRow(TokenExample row, int positions, int padId) =>
        positions > row.CompletionIds.Count ? row with { CompletionIds = [.. row.CompletionIds, padId] } : row;

    private static double[][] LogProbs(CompletionBatch batch, IDecoder decoder, double temperature)
    {
        using var scope = NewDisposeScope();
        using var tokens = batch.LogProbs(decoder, batch.Hidden(decoder), new TokenQuery { Temperature = temperature });
        return Numbers(batch.InRows(tokens.LogProbsN));
    }

    private static double[][] Values(CompletionBatch batch, IDecoder value)
    {
        using var scope = NewDisposeScope();
        return Numbers(batch.InRows(ValuePass.Values(value, batch.Hidden(value))));
    }

    private static double[][] Numbers(Tensor tableBC) =>
        [.. tableBC.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray().Chunk((int)tableBC.shape[1])];
}
