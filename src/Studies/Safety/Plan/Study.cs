using System.Globalization;
using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>
/// A study as its file describes it: arms, each a recipe as <c>gate run</c> reads it, carried out with several seeds; and what is measured
/// of every run. An arm of another trainer needs nothing but a recipe of that kind.
/// </summary>
public sealed class Study
{
    private const string Values = "values", Recipes = "recipes", ArmsKey = "arms", Recipe = "recipe", With = "with", Stages = "stages", Target = "target", Domain = "domain";

    private readonly List<(StudyArm Arm, StrictJsonNode Recipe, IReadOnlyList<StudyStage> Stages, Dictionary<string, StrictJsonNode> Values)> _arms = [];

    private Study(string file, StudySettings settings) => (File, Settings) = (file, settings);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Everything but the recipes.</summary>
    public StudySettings Settings { get; }

    /// <summary>The arms, in order.</summary>
    public IReadOnlyList<StudyArm> Arms => [.. _arms.Select(arm => arm.Arm)];

    /// <summary>Reads a study.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="given">Values that replace those of the file, by name, such as the paths of a machine.</param>
    /// <exception cref="UserErrorException">The file is missing or not strict JSON, a key or placeholder is unknown, or a value is not allowed;
    /// the message names file, line and key.</exception>
    public static Study Load(string path, IReadOnlyDictionary<string, string>? given = null)
    {
        var root = StrictJson.ReadFile(path);
        if (root.Kind != JsonTokenType.StartObject) throw root.Error($"is {root.Words}; it must be an object.");
        var values = ReadValues(root, given ?? new Dictionary<string, string>());
        var recipes = Member(root, Recipes)?.Members.ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal) ?? [];
        var arms = Member(root, ArmsKey) ?? throw root.Error($"lacks the key '{ArmsKey}'.");
        foreach (var key in new[] { Values, Recipes, ArmsKey }) root.Remove(key);
        var settings = StrictJsonBinder.Bind<StudySettings>(Expand(root, values));
        if (string.Join(" ", settings.Problems()) is { Length: > 0 } problems) throw root.Error(problems);
        var study = new Study(path, settings);
        foreach (var arm in arms.AsArray()) study.Add(arm, values, recipes);
        if (study._arms.Count == 0) throw arms.Error("is empty; give at least one arm.");
        if (study.Arms.GroupBy(arm => arm.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw arms.Error($"has two arms called '{twice.Key}'; give each another name.");
        foreach (var part in settings.Parts.Where(part => part.Anchor is not null))
            if (study.Arms.All(arm => arm.Name != part.Anchor || !arm.Parts.Contains(part.Name)))
                throw root.Error($"compares the part '{part.Name}' with the arm '{part.Anchor}', which is not an arm of that part.");
        return study;
    }

    /// <summary>The runs of the study: all arms with one seed, then with the next, so that an early end leaves something of every arm.</summary>
    /// <param name="quick">The quick version.</param>
    /// <param name="arms">Only these arms; <c>null</c> for all.</param>
    /// <param name="seeds">Most seeds of an arm; <c>null</c> for what the file says.</param>
    /// <exception cref="UserErrorException">An arm is unknown (exit code 64).</exception>
    public IReadOnlyList<StudyUnit> Units(bool quick = false, IReadOnlyList<string>? arms = null, int? seeds = null)
    {
        foreach (var name in arms ?? [])
            if (Arms.All(arm => arm.Name != name))
                throw new UserErrorException($"{File} has no arm '{name}'. Did you mean '{NearestName.Of(name, [.. Arms.Select(arm => arm.Name)])}'? It has {string.Join(", ", Arms.Select(arm => arm.Name))}.", GateExitCode.Usage);
        var counted = _arms.Where(arm => arms is null || arms.Contains(arm.Arm.Name)).Select(arm => (arm, Count: Math.Min(seeds ?? int.MaxValue, SeedsOf(arm.Arm, quick)))).ToList();
        return [.. Enumerable.Range(1, counted.Count == 0 ? 0 : counted.Max(arm => arm.Count)).SelectMany(seed => counted.Where(arm => seed <= arm.Count)
            .Select(arm => new StudyUnit(Settings, arm.arm.Arm, (ulong)seed, arm.arm.Recipe, arm.arm.Stages, arm.arm.Values)))];
    }

    /// <summary>Accuracy on the validation split at which an arm ends.</summary>
    public double TargetOf(StudyArm arm) => arm.Target ?? Settings.Target;

    private int SeedsOf(StudyArm arm, bool quick) => quick ? arm.QuickSeeds ?? Math.Min(Settings.QuickSeeds, arm.Seeds ?? Settings.Seeds) : arm.Seeds ?? Settings.Seeds;

    private void Add(StrictJsonNode node, Dictionary<string, StrictJsonNode> values, Dictionary<string, StrictJsonNode> recipes)
    {
        var own = new Dictionary<string, StrictJsonNode>(values, StringComparer.Ordinal);
        var recipe = Patched(node, recipes);
        List<StudyStage> stages = [.. (Member(node, Stages)?.AsArray() ?? []).Select(stage => new StudyStage((Member(stage, "name") ?? throw stage.Error("lacks the key 'name'.")).AsString(), Patched(stage, recipes)))];
        var others = Member(node, Values)?.Members ?? [];
        foreach (var key in new[] { Values, Recipe, With, Stages }) node.Remove(key);
        var arm = StrictJsonBinder.Bind<StudyArm>(Expand(node, own));
        foreach (var problem in arm.Problems(Settings)) throw node.Error(problem);
        own[Domain] = Made(node, Domain, JsonTokenType.String, arm.Domain);
        own[Target] = Made(node, Target, JsonTokenType.Number, TargetOf(arm).ToString("R", CultureInfo.InvariantCulture));
        foreach (var (name, value) in others) own[name] = Expand(Scalar(value), own);
        var target = Member(recipe, "options", Target, "accuracy") ?? throw recipe.Error($"has no options.target.accuracy: arms are compared at the accuracy at which they end. \"accuracy\": \"{{{Target}}}\" takes the study's.");
        if (Expand(target, own) is var at && at.AsDouble() != TargetOf(arm))
            throw at.Error(Invariant($"is {at.Text}; the arm '{arm.Name}' is compared at {TargetOf(arm)}. Give the arm that 'target', or write \"{{{Target}}}\" here."));
        if (Member(recipe, "options", "seed") is { } seed) throw seed.Error("is given; the study sets the seed of each run.");
        _arms.Add((arm, recipe, stages, own));
    }

    private static StrictJsonNode Patched(StrictJsonNode node, Dictionary<string, StrictJsonNode> recipes)
    {
        var named = Member(node, Recipe) ?? throw node.Error($"lacks the key '{Recipe}': a recipe, or the name of one under '{Recipes}'.");
        var recipe = named.Kind == JsonTokenType.StartObject ? named
            : recipes.TryGetValue(named.AsString(), out var known) ? known
            : throw named.Error($"is '{named.Text}', which is not under '{Recipes}'. Known there: {string.Join(", ", recipes.Keys)}.");
        return Member(node, With) is { } patch ? StudyTemplate.Merge(recipe, patch) : recipe;
    }

    private static Dictionary<string, StrictJsonNode> ReadValues(StrictJsonNode root, IReadOnlyDictionary<string, string> given)
    {
        var values = new Dictionary<string, StrictJsonNode>(StringComparer.Ordinal);
        var members = Member(root, Values)?.Members ?? [];
        foreach (var name in given.Keys)
            if (members.All(member => member.Name != name))
                throw new UserErrorException($"{root.File} has no value '{name}' to set. It has {string.Join(", ", members.Select(member => member.Name))}.", GateExitCode.Usage);
        foreach (var (name, value) in members)
            values[name] = given.TryGetValue(name, out var other) ? Made(value, name, Scalar(value).Kind, other) : Expand(Scalar(value), values);
        foreach (var (name, value) in values)
            if (value.Kind == JsonTokenType.Number && !double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                throw new UserErrorException($"The value '{name}' is '{value.Text}'; it must be a number.", GateExitCode.Usage);
        return values;
    }

    private static StrictJsonNode Made(StrictJsonNode like, string step, JsonTokenType kind, string text) =>
        new() { Kind = kind, Text = text, Line = like.Line, Step = step, Parent = like.Parent, File = like.File };

    private static StrictJsonNode Scalar(StrictJsonNode value) =>
        value.Kind is JsonTokenType.String or JsonTokenType.Number ? value : throw value.Error($"is {value.Words}; it must be a text or a number.");

    private static StrictJsonNode Expand(StrictJsonNode node, Dictionary<string, StrictJsonNode> values) =>
        StudyTemplate.Expand(node, name => values.GetValueOrDefault(name), values.Keys);

    private static StrictJsonNode? Member(StrictJsonNode node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node.Members.FirstOrDefault(member => member.Name == name).Value is not { } next) return null;
            node = next;
        }

        return node;
    }
}
