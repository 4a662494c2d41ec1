using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Probes;

/// <summary>How likely a policy finds texts: the log-probability of the completion of each example.</summary>
public static class ExampleLikelihood
{
    private const int PassTokens = 8192;

    /// <summary>Computes them.</summary>
    /// <param name="decoder">The policy. Borrowed.</param>
    /// <param name="examples">Prompts and completions; each with a token of both.</param>
    /// <param name="cancellationToken">Checked once a pass.</param>
    /// <returns>Nats, the sum over the completion's tokens, of each example.</returns>
    public static double[] Of(IDecoder decoder, IReadOnlyList<TokenExample> examples, CancellationToken cancellationToken)
    {
        var sums = new double[examples.Count];
        using var noGradients = no_grad();
        var order = Enumerable.Range(0, examples.Count).OrderBy(index => examples[index].Length).ToList();
        for (var at = 0; at < order.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var taken = 1;
            while (at + taken < order.Count && (taken + 1) * examples[order[at + taken]].Length <= PassTokens) taken++;
            using var scope = NewDisposeScope();
            using var batch = CompletionBatch.Of([.. order.Skip(at).Take(taken).Select(index => examples[index])], decoder.Device);
            using var hidden = batch.Hidden(decoder);
            using var tokens = batch.LogProbs(decoder, hidden, new TokenQuery());
            var rows = batch.InRows(tokens.LogProbsN.to(ScalarType.Float64)).sum(1).cpu().data<double>().ToArray();
            for (var row = 0; row < taken; row++) sums[order[at + row]] = rows[row];
            at += taken;
        }

        return sums;
    }
}
