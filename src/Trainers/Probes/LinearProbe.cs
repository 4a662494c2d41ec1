namespace SafetyGate.Trainers.Probes;

/// <summary>
/// A linear score of features by which the right answer is chosen among the possible ones: softmax over a question's answers, features
/// standardized on the training questions.
/// </summary>
/// <remarks>Starts from 0 and uses all questions in each step, so that nothing is drawn. Adam (arXiv:1412.6980) with its usual constants.</remarks>
public sealed class LinearProbe
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;
    private readonly double[] _mean, _scale, _weights;

    private LinearProbe(double[] mean, double[] scale, double[] weights) => (_mean, _scale, _weights) = (mean, scale, weights);

    /// <summary>Trains one.</summary>
    /// <param name="questions">The training questions; at least one.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Checked once a step.</param>
    /// <exception cref="ArgumentException">There is no question, one has fewer than two answers, features differ in length or are not finite,
    /// or the options are invalid.</exception>
    public static LinearProbe Train(IReadOnlyList<ProbeQuestion> questions, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (questions.Count == 0) throw new ArgumentException("A probe needs at least one training question.", nameof(questions));
        var size = questions[0].Choices.Count > 0 ? questions[0].Choices[0].Length : 0;
        foreach (var question in questions)
        {
            if (question.Choices.Count < 2 || (uint)question.Gold >= (uint)question.Choices.Count)
                throw new ArgumentException(Invariant($"A question has {question.Choices.Count} possible answers and the right one is number {question.Gold}; two or more are needed, the right one among them."), nameof(questions));
            if (question.Choices.Any(choice => choice.Length != size || !Array.TrueForAll(choice, double.IsFinite)))
                throw new ArgumentException(Invariant($"The features of an answer are not {size} finite numbers, as those of the first are."), nameof(questions));
        }

        var (mean, scale) = Standard(questions, size);
        var standard = questions.Select(question => (Choices: question.Choices.Select(choice => Standardized(choice, mean, scale)).ToList(), question.Gold)).ToList();
        var (weights, first, second) = (new double[size], new double[size], new double[size]);
        for (var step = 1; step <= options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var gradient = new double[size];
            foreach (var (choices, gold) in standard)
            {
                var p = Softmax(choices.Select(choice => Dot(weights, choice)));
                for (var choice = 0; choice < choices.Count; choice++)
                {
                    var pull = (p[choice] - (choice == gold ? 1 : 0)) / standard.Count;
                    for (var i = 0; i < size; i++) gradient[i] += pull * choices[choice][i];
                }
            }

            for (var i = 0; i < size; i++)
            {
                var slope = gradient[i] + (options.WeightDecay * weights[i]);
                first[i] = (Beta1 * first[i]) + ((1 - Beta1) * slope);
                second[i] = (Beta2 * second[i]) + ((1 - Beta2) * slope * slope);
                weights[i] -= options.LearningRate * (first[i] / (1 - Math.Pow(Beta1, step))) / (Math.Sqrt(second[i] / (1 - Math.Pow(Beta2, step))) + Epsilon);
            }
        }

        return new(mean, scale, weights);
    }

    /// <summary>Probability of each possible answer; sums to 1.</summary>
    /// <param name="choices">Features of each, as in training.</param>
    public double[] Probabilities(IReadOnlyList<double[]> choices) => Softmax(choices.Select(choice => Dot(_weights, Standardized(choice, _mean, _scale))));

    private static (double[] Mean, double[] Scale) Standard(IReadOnlyList<ProbeQuestion> questions, int size)
    {
        var all = questions.SelectMany(question => question.Choices).ToList();
        var (mean, scale) = (new double[size], new double[size]);
        for (var i = 0; i < size; i++)
        {
            mean[i] = all.Average(features => features[i]);
            var deviation = Math.Sqrt(all.Average(features => (features[i] - mean[i]) * (features[i] - mean[i])));
            scale[i] = deviation > 0 ? 1 / deviation : 0; // a constant feature tells nothing
        }

        return (mean, scale);
    }

    private static double[] Standardized(double[] features, double[] mean, double[] scale)
    {
        var standard = new double[features.Length];
        for (var i = 0; i < standard.Length; i++) standard[i] = (features[i] - mean[i]) * scale[i];
        return standard;
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static double[] Softmax(IEnumerable<double> scores)
    {
        double[] all = [.. scores];
        var highest = all.Max();
        var sum = 0.0;
        for (var i = 0; i < all.Length; i++) sum += all[i] = Math.Exp(all[i] - highest);
        for (var i = 0; i < all.Length; i++) all[i] /= sum;
        return all;
    }
}
