using SafetyGate.Core.Runs;

namespace SafetyGate.Trainers.Probes;

/// <summary>
/// Reads texts and chooses one of a few labels: softmax regression on sequences of words, hashed. It needs no model and no tensors, and
/// learns in seconds what a longer look at word order would tell.
/// </summary>
/// <remarks>Adagrad (Duchi et al. 2011) over shuffled batches; a label's weights start from 0.</remarks>
public sealed class NgramReader
{
    private const double Epsilon = 1e-8;
    private readonly NgramOptions _options;
    private readonly float[][] _weights, _squares;
    private readonly List<int[]> _features;
    private readonly int[] _gold;
    private readonly RandomStream _random;
    private readonly List<int> _order = [];
    private int _steps;

    /// <summary>A reader before training.</summary>
    /// <param name="texts">The training texts; at least one.</param>
    /// <param name="labels">Label of each.</param>
    /// <param name="known">All labels there are; two or more, each once.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">There is no text, a label is unknown, or the options are invalid.</exception>
    public NgramReader(IReadOnlyList<string> texts, IReadOnlyList<string> labels, IReadOnlyList<string> known, NgramOptions options)
    {
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (texts.Count == 0 || texts.Count != labels.Count) throw new ArgumentException(Invariant($"There are {texts.Count} texts and {labels.Count} labels; a reader needs at least one text, and a label of each."), nameof(labels));
        if (known.Count < 2 || known.Distinct(StringComparer.Ordinal).Count() < known.Count) throw new ArgumentException(Invariant($"There are {known.Count} labels; a reader chooses among two or more, each once."), nameof(known));
        var places = known.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        if (labels.FirstOrDefault(label => !places.ContainsKey(label)) is { } unknown) throw new ArgumentException($"The label '{unknown}' is not among those there are.", nameof(labels));
        (_options, Labels, _random) = (options, [.. known], new RandomStream(options.Seed, "ngram-reader"));
        _features = [.. texts.Select(Features)];
        _gold = [.. labels.Select(label => places[label])];
        _weights = [.. known.Select(_ => new float[options.Places])];
        _squares = [.. known.Select(_ => new float[options.Places])];
    }

    /// <summary>The labels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Trains to the end.</summary>
    /// <param name="cancellationToken">Checked once a step.</param>
    public NgramReader Train(CancellationToken cancellationToken = default)
    {
        while (_steps < _options.Steps) Step(cancellationToken);
        return this;
    }

    /// <summary>Trains for one more pass over the texts, or to the end if that comes first.</summary>
    /// <param name="cancellationToken">Checked once a step.</param>
    /// <returns>Whether a whole pass was made.</returns>
    public bool TrainEpoch(CancellationToken cancellationToken = default)
    {
        var until = _steps + ((_features.Count + _options.BatchSize - 1) / _options.BatchSize);
        while (_steps < until && _steps < _options.Steps) Step(cancellationToken);
        return _steps == until;
    }

    /// <summary>Probability of each label; sums to 1.</summary>
    public double[] Probabilities(string text) => Probabilities(Features(text));

    private void Step(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var row = 0; row < Math.Min(_options.BatchSize, _features.Count); row++)
        {
            var text = Next();
            var p = Probabilities(_features[text]);
            var scale = 1 / Math.Sqrt(_features[text].Length);
            for (var label = 0; label < p.Length; label++)
            {
                var pull = (float)((p[label] - (label == _gold[text] ? 1 : 0)) * scale);
                var (weights, squares) = (_weights[label], _squares[label]);
                foreach (var place in _features[text])
                {
                    squares[place] += pull * pull;
                    weights[place] -= (float)(_options.LearningRate * pull / (Math.Sqrt(squares[place]) + Epsilon));
                }
            }
        }

        _steps++;
    }

    private int Next()
    {
        if (_order.Count == 0)
        {
            _order.AddRange(Enumerable.Range(0, _features.Count));
            _random.Shuffle(_order);
        }

        var next = _order[^1];
        _order.RemoveAt(_order.Count - 1);
        return next;
    }

    private double[] Probabilities(int[] features)
    {
        var scale = 1 / Math.Sqrt(features.Length);
        double[] scores = [.. _weights.Select(weights =>
        {
            var sum = 0.0;
            foreach (var place in features) sum += weights[place];
            return sum * scale;
        })];
        var highest = scores.Max();
        var total = 0.0;
        for (var i = 0; i < scores.Length; i++) total += scores[i] = Math.Exp(scores[i] - highest);
        for (var i = 0; i < scores.Length; i++) scores[i] /= total;
        return scores;
    }

    // Words and sequences of words between two ends, and one feature that every text has.
    private int[] Features(string text)
    {
        string[] words = ["\u0002", .. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), "\u0003"];
        var places = new HashSet<int> { 0 };
        for (var start = 0; start < words.Length; start++)
        {
            var hash = 14695981039346656037UL;
            for (var length = 0; length < _options.Order && start + length < words.Length; length++)
            {
                foreach (var unit in words[start + length]) hash = (hash ^ unit) * 1099511628211UL;
                hash = (hash ^ ' ') * 1099511628211UL;
                places.Add(1 + (int)((hash ^ (hash >> 29)) % (ulong)(_options.Places - 1)));
            }
        }

        return [.. places];
    }
}
