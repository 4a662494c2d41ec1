using System.Reflection;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Scoring;

/// <summary>
/// The scorers and rewards known by name: the names allowed in a recipe's JSON and in <c>gate eval --scorer</c>. Open: a project registers
/// its own before it reads recipes, one by one or all of an assembly. Each is found by its name, by the full name of its class, and by the
/// bare name of its class where no other has it. An object that is both a scorer and a reward is found as either.
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
        Register(make, typeof(T));
    }

    /// <summary>
    /// Registers every public scorer and reward of an assembly that can be made without arguments. Classes that need arguments are left
    /// out; register them one by one.
    /// </summary>
    /// <param name="assembly">The assembly, such as that of the specs. Its constructors run, so it must be one that may run here.</param>
    /// <returns>The names that were registered, in order; never empty.</returns>
    /// <exception cref="ArgumentException">It holds no such class, or one of them has no name, no version, or another's name.</exception>
    public static IReadOnlyList<string> RegisterAll(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var types = assembly.GetExportedTypes().Where(IsMade).OrderBy(type => type.FullName, StringComparer.Ordinal).ToList();
        return types.Count > 0
            ? [.. types.Select(type => Register(() => Activator.CreateInstance(type)!, type)).Order(StringComparer.Ordinal)]
            : throw new ArgumentException($"{assembly.GetName().Name} holds no public class that implements {nameof(IScorer)} or {nameof(IReward)} and can be made without arguments; there is nothing to register.", nameof(assembly));
    }

    private static bool IsMade(Type type) =>
        (type.IsAssignableTo(typeof(IScorer)) || type.IsAssignableTo(typeof(IReward)))
        && type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.GetConstructor([]) is not null;

    private static string Register(Func<object> make, Type type)
    {
        var sample = make();
        var (name, version) = sample switch
        {
            IScorer scorer => (scorer.Name, scorer.Version),
            IReward reward => (reward.Name, reward.Version),
            _ => throw new ArgumentException($"{type} is neither an {nameof(IScorer)} nor an {nameof(IReward)}; implement one of them.", nameof(make)),
        };
        if (string.IsNullOrWhiteSpace(name))
            throw new ArgumentException($"{type} has no {nameof(IScorer.Name)}; give it one that recipes and --scorer can use.", nameof(make));
        if (VersionProblem("", name, version, type) is { } problem) throw new ArgumentException(problem, nameof(make));
        lock (Gate)
        {
            if (Entries.TryGetValue(name, out var other) && other.Type != sample.GetType())
                throw new ArgumentException($"The name '{name}' belongs to {other.Type}; {sample.GetType()} needs another.", nameof(make));
            Entries[name] = new(sample.GetType(), make, sample is IScorer, sample is IReward);
        }

        return name;
    }

    /// <summary>A scorer by its name or by that of its class.</summary>
    /// <exception cref="UserErrorException">No scorer has this name; the message names the nearest and all.</exception>
    public static IScorer Scorer(string name) => (IScorer)Make(name, "scorer", e => e.IsScorer);

    /// <summary>A reward by its name or by that of its class.</summary>
    /// <exception cref="UserErrorException">No reward has this name; the message names the nearest and all.</exception>
    public static IReward Reward(string name) => (IReward)Make(name, "reward", e => e.IsReward);

    /// <summary>Why a scorer cannot be used: it has no version, by which results are told apart; <c>null</c> if it has one.</summary>
    public static string? VersionProblem(IScorer scorer) => VersionProblem("The scorer ", scorer.Name, scorer.Version, scorer.GetType());

    /// <summary>
    /// Why a scorer cannot be used under its name: the name is another scorer's, whose results its own would be taken for; <c>null</c> if it
    /// can.
    /// </summary>
    /// <param name="scorer">The scorer.</param>
    public static string? NameProblem(IScorer scorer)
    {
        lock (Gate)
            return Entries.TryGetValue(scorer.Name, out var other) && other.Type != scorer.GetType()
                ? $"The scorer name '{scorer.Name}' belongs to {other.Type}, and results name a scorer by it; {scorer.GetType()} needs another."
                : null;
    }

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
        lock (Gate) make = (Entries.TryGetValue(name, out var entry) && fits(entry) ? entry : OfClass(name, fits))?.Make;
        if (make is not null) return make();
        var known = Names(fits);
        throw new UserErrorException(
            known.Count == 0
            ? $"There is no {kind} \"{name}\": none is registered; {nameof(Scorers)}.{nameof(Register)} adds one."
            : $"There is no {kind} \"{name}\". Did you mean \"{NearestName.Of(name, known)}\"? Known: {string.Join(", ", known)}; {nameof(Scorers)}.{nameof(Register)} adds others.", GateExitCode.Usage);
    }

    private static Entry? OfClass(string name, Func<Entry, bool> fits)
    {
        var fitting = Entries.Values.Where(fits).ToList();
        return fitting.Find(e => e.Type.FullName == name) ?? (fitting.Where(e => e.Type.Name == name).ToList() is [var only] ? only : null);
    }

    private static List<string> Names(Func<Entry, bool> fits)
    {
        lock (Gate) return [.. Entries.Where(e => fits(e.Value)).Select(e => e.Key)];
    }
}
