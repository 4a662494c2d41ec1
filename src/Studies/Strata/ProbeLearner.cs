using SafetyGate.Analysis.Strata;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Strata;

/// <summary>
/// A linear probe on the hidden states at the answer's end, middle and last layer; untrained, the likeliest answer by the model itself.
/// </summary>
/// <param name="model">The model. Borrowed.</param>
/// <param name="template">How texts are put.</param>
public sealed class ProbeLearner(PretrainedModel model, PromptTemplate template) : IStrataLearner
{
    private readonly ModelItems _items = new(model, template);
    private readonly Dictionary<string, double[][]> _features = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public StrataTraining Describe(StrataPlan plan)
    {
        var options = Options(plan);
        return new() { Trainer = "probe", Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Directory)), Weights = model.WeightsDigest, Scorer = "the likeliest choice", Settings = Invariant($"middle and last layer, rate {options.LearningRate:R}, decay {options.WeightDecay:R}") };
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearnerAnswer> Answer(IReadOnlyList<StrataQuestion> train, IReadOnlyList<StrataQuestion> test, StrataPlan plan, ulong seed, CancellationToken cancellationToken)
    {
        if (train.Concat(test).FirstOrDefault(item => item.Choices.Count == 0) is { } free) throw new UserErrorException($"Item '{free.Id}' has no choices; the trainer probe chooses among possible answers. Give a column of choices, or take in-context, lora or sft.");
        if (train.Count == 0) return Untrained(test, cancellationToken);
        Read(train.Concat(test), cancellationToken);
        var probe = LinearProbe.Train([.. train.Select(item => new ProbeQuestion(_features[Key(item)], Gold(item)))], Options(plan), cancellationToken);
        return [.. test.Select(item => Scored(probe.Probabilities(_features[Key(item)]), Gold(item)))];
    }

    private List<LearnerAnswer> Untrained(IReadOnlyList<StrataQuestion> test, CancellationToken cancellationToken) =>
        [.. test.Zip(_items.Choices(test, [], cancellationToken), (item, sums) => Scored(Softmax(sums), Gold(item)))];

    // A text is read once, however many arms there are.
    private void Read(IEnumerable<StrataQuestion> items, CancellationToken cancellationToken)
    {
        List<StrataQuestion> unread = [.. items.Where(item => !_features.ContainsKey(Key(item))).DistinctBy(Key)];
        if (unread.Count == 0) return;
        List<IReadOnlyList<int>> sequences = [.. unread.SelectMany(item => item.Choices.Select(choice => _items.Example(item, choice)).Select(_items.UntilEnd))];
        var features = HiddenFeatures.Of(model, sequences, cancellationToken);
        var at = 0;
        foreach (var item in unread) _features[Key(item)] = features[at..(at += item.Choices.Count)];
    }

    private static string Key(StrataQuestion item) => string.Join('\0', [item.Prompt, .. item.Choices]);

    // By the answer: a wrong label of the noise arm is another answer.
    private static int Gold(StrataQuestion item) => ((List<string>)[.. item.Choices]).IndexOf(item.Answer);

    private static LearnerAnswer Scored(double[] p, int gold) => new(ChoiceScore.Of(p, gold), p[gold]);

    private static ProbeOptions Options(StrataPlan plan)
    {
        var options = new ProbeOptions { Steps = plan.Steps };
        return plan.LearningRate is { } rate ? options with { LearningRate = rate } : options;
    }

    private static double[] Softmax(double[] sums)
    {
        var highest = sums.Max();
        double[] all = [.. sums.Select(sum => Math.Exp(sum - highest))];
        var total = all.Sum();
        return [.. all.Select(p => p / total)];
    }
}
