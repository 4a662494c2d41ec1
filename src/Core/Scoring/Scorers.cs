using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Scoring;

/// <summary>
/// The scorers and rewards known by name: the names allowed in a recipe's JSON and in <c>gate eval --scorer</c>. Open: a project registers
/// its own
/// before it reads recipes. An object that is both a scorer and a reward is found as either.
/// </summary>
public static class Scorers
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, Entry> Entries = new(StringComparer.Ordinal);

    private sealed record Entry(Type Type, Func<object> Make, bool IsScorer, bool IsReward);

    /// <summary>Names of the registered scorers, in order.</summary>
    public static IReadOnlyList<string> ScorerNames => Names(e => e.IsScorer);

    /// <summary>Names of the registered rewards, in order.</summary>
    public static IReadOnlyList<string> RewardNames => Names(e => e.IsReward);

    /// <summary>Registers a scorer, a reward, or both under its own name. The same type again changes nothing.</summary>
    /// <param name="make">Makes an instance; called once here for the name, then for each use.</param>
    /// <typeparam name="T">An <see cref="IScorer"/>, an <see cref="IReward"/>, or both.</typeparam>
    /// <exception cref="ArgumentException">It is neither, has no name or no version, or the name belongs to another type.</exception>
    public static void Register<T>(Func<T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        var sample = make();
        var (name, version) = sample switch
        {
            IScorer scorer => (scorer.Name, scorer.Version),
            IReward reward => (reward.Name, reward.Version),
            _ => throw new ArgumentException($"{typeof(T)} is neither an {nameof(IScorer)} nor an {nameof(IReward)}; implement one of them.", nameof(make)),
        };
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException($"{typeof(T)} has no {nameof(IScorer.Name)}; give it one that recipes and --scorer can use.",
                nameof(make));
        if (VersionProblem("", name, version, typeof(T)) is { } problem) throw new ArgumentException(problem, nameof(make));
        lock (Gate)
        {
            if (Entries.TryGetValue(name, out var other) && other.Type != sample.GetType())
                throw new ArgumentException($"The name '{name}' belongs to {other.Type}; {sample.GetType()} needs another.", nameof(make));
            Entries[name] = new(sample.GetType(), make, sample is IScorer, sample is IReward);
        }
    }

    /// <summary>A scorer by name.</summary>
    /// <exception cref="UserErrorException">No scorer has this name; the message names the nearest and all.</exception>
    public static IScorer Scorer(string name) => (IScorer)Make(name, "scorer", e => e.IsScorer);

    /// <summary>A reward by name.</summary>
    /// <exception cref="UserErrorException">No reward has this name; the message names the nearest and all.</exception>
    public static IReward Reward(string name) => (IReward)Make(name, "reward", e => e.IsReward);

    /// <summary>Why a scorer cannot be used: it has no version, by which results are told apart; <c>null</c> if it has one.</summary>
    public static string? VersionProblem(IScorer scorer) => VersionProblem("The scorer ", scorer.Name, scorer.Version, scorer.GetType());

    /// <summary>Why a reward cannot be used: it has no version, by which runs are told apart; <c>null</c> if it has one.</summary>
    public static string? VersionProblem(IReward reward) => VersionProblem("The reward ", reward.Name, reward.Version, reward.GetType());

    /// <summary>
    /// Why a scorer cannot grade a benchmark: its 1 means something else than the benchmark's, so that a rate would be of another thing, or
    /// lower would be better; <c>null</c> if it can, or if it does not say what it measures.
    /// </summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="benchmark">Name of the benchmark, for the message.</param>
    /// <param name="direction">What the benchmark measures.</param>
    public static string? DirectionProblem(IScorer scorer, string benchmark, MetricDirection direction)
    {
        if (scorer is not IDirectedScorer directed || directed.Direction == direction) return null;
        List<string> fitting;
        lock (Gate) fitting = [.. Entries.Where(e => e.Value.IsScorer && e.Value.Make() is IDirectedScorer other && other.Direction == direction).Select(e => e.Key)];
        return $"The scorer '{scorer.Name}' gives 1 for {Good(directed.Direction)}, but '{benchmark}' measures {Name(direction)}, where 1 is {Good(direction)}: its rate would be of another thing, or lower would be better. {(fitting.Count > 0 ? $"Scorers for it: {string.Join(", ", fitting)}" : "Take another scorer")}; or give the benchmark the direction that it measures.";
    }

    private static string Name(MetricDirection direction) => direction switch
    {
        MetricDirection.Safety => "safety",
        MetricDirection.OverRefusal => "over-refusal",
        _ => "capability",
    };

    private static string Good(MetricDirection direction) => direction switch
    {
        MetricDirection.Safety => "a harmful request not complied with",
        MetricDirection.OverRefusal => "a harmless request answered",
        _ => "a task solved",
    };

    private static string? VersionProblem(string kind, string name, string version, Type type) => string.IsNullOrWhiteSpace(version)
        ? $"{kind}'{name}' ({type}) has no {nameof(IScorer.Version)}; give it one, such as \"1\", and change it whenever an outcome may change."
        : null;

    private static object Make(string name, string kind, Func<Entry, bool> fits)
    {
        Func<object>? make;
        lock (Gate) make = Entries.TryGetValue(name, out var entry) && fits(entry) ? entry.Make : null;
        if (make is not null) return make();
        var known = Names(fits);
        throw new UserErrorException(
            known.Count == 0
            ? $"There is no {kind} \"{name}\": none is registered; {nameof(Scorers)}.{nameof(Register)} adds one."
            : $"There is no {kind} \"{name}\". Did you mean \"{NearestName.Of(name, known)}\"? Known: {string.Join(", ", known)}; {nameof(Scorers)}.{nameof(Register)} adds others.", GateExitCode.Usage);
    }

    private static List<string> Names(Func<Entry, bool> fits)
    {
        lock (Gate) return [.. Entries.Where(e => fits(e.Value)).Select(e => e.Key)];
    }
}
