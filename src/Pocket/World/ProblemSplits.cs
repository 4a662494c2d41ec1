using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>The splits of a domain: each from a separate random stream, and no question in two of them.</summary>
public sealed class ProblemSplits
{
    private readonly Func<RandomStream, IProblem> _draw;
    private readonly HashSet<string> _heldOut = new(StringComparer.Ordinal);

    internal ProblemSplits(ulong seed, string name, Func<RandomStream, IProblem> draw)
    {
        (Name, _draw) = (name, draw);
        Test = Take(new RandomStream(seed, $"problems/{name}/test"), PocketWorld.TestSize);
        Selection = Take(new RandomStream(seed, $"problems/{name}/selection"), PocketWorld.SelectionSize);
        var held = _heldOut.ToArray();
        Train = Take(new RandomStream(seed, $"problems/{name}/train"), PocketWorld.TrainSize);
        _heldOut.Clear();
        _heldOut.UnionWith(held);
    }

    /// <summary>Name of the domain, <c>sums</c> or <c>order</c>.</summary>
    public string Name { get; }

    /// <summary>Problems of the gates.</summary>
    public IReadOnlyList<IProblem> Test { get; }

    /// <summary>Problems of the validation split; no gate reads them.</summary>
    public IReadOnlyList<IProblem> Selection { get; }

    /// <summary>Problems for fine-tuning.</summary>
    public IReadOnlyList<IProblem> Train { get; }

    /// <summary>Draws a problem whose question is in neither the selection nor the test split.</summary>
    public IProblem DrawForTraining(RandomStream random)
    {
        while (true)
        {
            var problem = _draw(random);
            if (!_heldOut.Contains(problem.Question)) return problem;
        }
    }

    private List<IProblem> Take(RandomStream random, int count)
    {
        List<IProblem> taken = [];
        while (taken.Count < count)
        {
            var problem = _draw(random);
            if (_heldOut.Add(problem.Question)) taken.Add(problem);
        }

        return taken;
    }
}
