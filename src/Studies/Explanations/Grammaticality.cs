using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Explanations;

/// <summary>How much likelier an explanation is, under a reference, than its own words shuffled.</summary>
public static class Grammaticality
{
    /// <summary>Mean log-probability of a token of each explanation behind its question, minus that of its words shuffled, in nats.</summary>
    /// <param name="model">The reference. Borrowed.</param>
    /// <param name="items">The explanations; each of at least one word.</param>
    /// <param name="seed">Seed of the shuffling.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static double[] Of(PretrainedModel model, IReadOnlyList<ExplainedText> items, ulong seed, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, "explanations/shuffled-words");
        var read = new ModelItems(model, model.Chat is null ? PromptTemplate.Plain : PromptTemplate.Chat);
        return [.. Means(item => item.Explanation).Zip(Means(item => ExplanationReading.Shuffled(item.Explanation, random)), (own, shuffled) => own - shuffled)];

        double[] Means(Func<ExplainedText, string> text)
        {
            List<TokenExample> examples = [.. items.Select(item => read.Encoder.PromptCompletion(item.Id, item.Question, text(item)))];
            if (examples.FirstOrDefault(example => example.Length > model.Decoder.MaxPositions) is { } longest) throw read.TooLong(longest.Id, longest.Length);
            return [.. ExampleLikelihood.Of(model.Decoder, examples, cancellationToken).Zip(examples, (sum, example) => sum / example.CompletionIds.Count)];
        }
    }
}
