using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Strata;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Strata;

/// <summary>Training dynamics of labeled texts without a language model: a reader of word sequences is trained, and every label's probability
/// recorded after each epoch.</summary>
public static class NgramDynamics
{
    private const int Batch = 16, Order = 2, MostLabels = 200;
    private const double Rate = 0.1; // slow enough for wrong labels to stay wrong for an epoch or two

    /// <summary>Trains and records.</summary>
    /// <param name="questions">Texts and their labels, the answers.</param>
    /// <param name="epochs">Passes over the texts; 1 or more.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="cancellationToken">Checked once a step.</param>
    /// <exception cref="UserErrorException">There is one label only, or so many that they are no labels; or no text is learnt.</exception>
    public static DynamicsResult Record(StrataQuestions questions, int epochs, ulong seed, CancellationToken cancellationToken)
    {
        List<string> labels = [.. questions.Items.Select(item => item.Answer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (labels.Count is < 2 or > MostLabels) throw new UserErrorException(Invariant($"{questions.Name}: the items have {labels.Count} different answers; a reader of labels chooses among 2 to {MostLabels}. Record the probabilities of a model's training instead (record_dynamics in a recipe)."));
        var steps = epochs * ((questions.Items.Count + Batch - 1) / Batch);
        var reader = new NgramReader([.. questions.Items.Select(item => item.Prompt)], [.. questions.Items.Select(item => item.Answer)], labels,
            new NgramOptions { Order = Order, BatchSize = Batch, Steps = steps, LearningRate = Rate, Seed = seed });
        var traces = questions.Items.Select(_ => new List<double>()).ToList();
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            reader.TrainEpoch(cancellationToken);
            for (var i = 0; i < traces.Count; i++) traces[i].Add(Math.Round(reader.Probabilities(questions.Items[i].Prompt)[labels.IndexOf(questions.Items[i].Answer)], 6));
        }

        var result = new DynamicsResult
        {
            Data = questions.Name,
            RecordDigest = questions.Digest,
            Recorder = Invariant($"a reader of word sequences to {Order}, seed {seed}"),
            Measure = "label",
            Items = [.. questions.Items.Zip(traces, (item, p) => new TracedItem { Id = item.Id, P = p })],
        };
        return result.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException($"{questions.Name}: {problem}") : result;
    }
}
