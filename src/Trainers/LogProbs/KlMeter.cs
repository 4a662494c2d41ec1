using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>
/// Measures KL(policy‖reference) on prompts: draws responses from the policy, reads both policies at every position, and sums over each
/// response.
/// </summary>
/// <remarks>
/// Unbiased for the KL of whole responses under the given temperature and limit on new tokens, which both policies share. All arithmetic
/// from the logits on is in float64. The responses are those the generator gives to the same keys, options and seed, so they can be the
/// ones a safety score was measured on.
/// </remarks>
public sealed class KlMeter
{
    private const int RowsAtOnce = 64;

    private readonly IDecoder _policy, _reference;
    private readonly TokenGenerator _generator;

    /// <summary>A meter over two policies, which are borrowed.</summary>
    /// <param name="policy">The policy that answers.</param>
    /// <param name="reference">The policy it is compared with.</param>
    /// <param name="eosIds">Tokens that end a response.</param>
    /// <param name="padId">Token that fills up rows; any token of the vocabulary.</param>
    /// <exception cref="UserErrorException">The two have different vocabularies.</exception>
    public KlMeter(IDecoder policy, IDecoder reference, IEnumerable<int> eosIds, int padId = 0)
    {
        RequireSameVocabulary(policy, reference);
        (_policy, _reference) = (policy, reference);
        _generator = new TokenGenerator(policy, eosIds, padId);
    }

    /// <summary>
    /// Draws responses and reads both policies at every position of each; one sample a response, in the order of the prompts.
    /// </summary>
    /// <param name="prompts">The prompts; the unit of inference. Keys are unique.</param>
    /// <param name="sampling">How responses are drawn; must leave every response possible (<see cref="SamplingSupport"/>).</param>
    /// <param name="cancellationToken">Checked before every token and every batch.</param>
    /// <exception cref="UserErrorException">A prompt and its response do not fit the reference's positions.</exception>
    public IReadOnlyList<KlSample> Samples(IReadOnlyList<GenerationRequest> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken)
    {
        if (SamplingSupport.WhyNot(sampling) is { } reason) throw new ArgumentException(reason, nameof(sampling));
        var longest = prompts.Count == 0 ? 0 : prompts.Max(prompt => prompt.PromptIds.Count);
        if ((long)longest + Math.Min(sampling.MaxNewTokens, _policy.MaxPositions - longest) > _reference.MaxPositions)
            throw new UserErrorException(Invariant($"A prompt of {longest} tokens with {sampling.MaxNewTokens} new ones does not fit the reference's {_reference.MaxPositions} positions. Allow fewer new tokens or leave out the longest prompts."));
        var promptIds = prompts.ToDictionary(prompt => prompt.Key, prompt => prompt.PromptIds, StringComparer.Ordinal);
        var samples = new List<KlSample>();
        using var noGradients = no_grad();
        foreach (var sequences in _generator.Generate(prompts, sampling, cancellationToken).Chunk(RowsAtOnce))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Score(sequences, promptIds, sampling.Temperature, samples);
        }

        return samples;
    }

    /// <summary>Refuses policies whose tokens do not mean the same.</summary>
    internal static void RequireSameVocabulary(IDecoder policy, IDecoder reference)
    {
        if (policy.VocabularySize != reference.VocabularySize)
            throw new UserErrorException(Invariant($"The policy has a vocabulary of {policy.VocabularySize} tokens and the reference one of {reference.VocabularySize}; KL is defined only between policies over the same tokens. Give the model the policy was trained from."));
    }

    private void Score(IReadOnlyList<GeneratedSequence> sequences, Dictionary<string, IReadOnlyList<int>> promptIds, double temperature,
        List<KlSample> samples)
    {
        using var scope = NewDisposeScope();
        using var batch = CompletionBatch.Of(
            [.. sequences.Select(sequence => new TokenExample { Id = sequence.Key, PromptIds = promptIds[sequence.Key], CompletionIds = sequence.NewIds })], _policy.Device);
        using var tokens = TokenDivergence.Of(_policy, batch.Hidden(_policy), _reference, batch.Hidden(_reference), batch.TargetsN,
            new TokenQuery { Temperature = temperature, Dtype = ScalarType.Float64 });
        var kl = Sums(tokens.KlN);
        var k1 = Sums(TokenKl.K1(tokens.PolicyN, tokens.ReferenceN));
        var k3 = Sums(TokenKl.K3(tokens.PolicyN, tokens.ReferenceN));
        for (var row = 0; row < sequences.Count; row++)
            samples.Add(new KlSample(sequences[row].Key, sequences[row].Sample, sequences[row].NewIds.Count, kl[row], k1[row], k3[row]));

        double[] Sums(Tensor perTokenN) => TokenKl.SequenceSum(batch.InRows(perTokenN), batch.MaskBC).cpu().data<double>().ToArray();
    }
}
