using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers;

namespace SafetyGate.Studies.Safety.Plan;

/// <summary>One run of a study: an arm with a seed.</summary>
public sealed class StudyUnit
{
    private const string Options = "options", SeedKey = "seed";
    private static readonly Dictionary<string, string> None = [];

    private readonly StudySettings _settings;
    private readonly StrictJsonNode _recipe;
    private readonly IReadOnlyList<StudyStage> _stages;
    private readonly IReadOnlyDictionary<string, StrictJsonNode> _values;

    internal StudyUnit(StudySettings settings, StudyArm arm, ulong seed, StrictJsonNode recipe, IReadOnlyList<StudyStage> stages,
        IReadOnlyDictionary<string, StrictJsonNode> values) =>
        (_settings, Arm, Seed, _recipe, _stages, _values) = (settings, arm, seed, recipe, stages, values);

    /// <summary>The arm.</summary>
    public StudyArm Arm { get; }

    /// <summary>The seed of its training, and of each stage before it that has none of its own.</summary>
    public ulong Seed { get; }

    /// <summary>For people, such as <c>rlvr, seed 3</c>.</summary>
    public string Name => Invariant($"{Arm.Name}, seed {Seed}");

    /// <summary>The task.</summary>
    public StudyDomain Domain => _settings.Domains.First(domain => domain.Name == Arm.Domain);

    /// <summary>Every recipe of the run as JSON, what they read by digest instead of by path, so that another machine describes it alike.</summary>
    /// <param name="digests">Digests of files and checkpoints.</param>
    /// <exception cref="UserErrorException">A placeholder is unknown.</exception>
    internal JsonObject Describe(StudyDigests digests) => new()
    {
        ["stages"] = new JsonArray([.. _stages.Select((stage, place) => (JsonNode?)new JsonObject { ["name"] = stage.Name, ["recipe"] = digests.InsteadOfPaths(Seeded(stage.Recipe, Names(place)).ToJson(), _recipe.File) })]),
        ["recipe"] = digests.InsteadOfPaths(Seeded(_recipe, Names(_stages.Count)).ToJson(), _recipe.File),
    };

    /// <summary>The recipe that is carried out first, by which the compute environment is known before anything is trained.</summary>
    internal IRecipe First() => _stages.Count == 0 ? Read(_recipe, Arm.Name, None) : Read(_stages[0].Recipe, $"{Arm.Name}-{_stages[0].Name}", None);

    /// <summary>The arm's recipe, after the stages it builds on were carried out.</summary>
    /// <param name="train">Carries out a stage, or takes it from the store; gives the folder of its checkpoint.</param>
    /// <exception cref="UserErrorException">A recipe is not valid; the message names file, line and key.</exception>
    internal async Task<IRecipe> RecipeAsync(Func<IRecipe, Task<string>> train)
    {
        Dictionary<string, string> checkpoints = [];
        foreach (var stage in _stages) checkpoints[stage.Name] = await train(Read(stage.Recipe, $"{Arm.Name}-{stage.Name}", checkpoints));
        return Read(_recipe, Arm.Name, checkpoints);
    }

    private IRecipe Read(StrictJsonNode recipe, string name, IReadOnlyDictionary<string, string> checkpoints) =>
        RecipeFile.Read(Seeded(recipe, checkpoints), name);

    // Until a stage was carried out its placeholder stands for itself.
    private Dictionary<string, string> Names(int stages) => _stages.Take(stages).ToDictionary(stage => stage.Name, stage => $"{{{stage.Name}}}", StringComparer.Ordinal);

    private StrictJsonNode Seeded(StrictJsonNode recipe, IReadOnlyDictionary<string, string> checkpoints)
    {
        var made = StudyTemplate.Expand(recipe, name => checkpoints.TryGetValue(name, out var folder) ? Made(recipe, name, JsonTokenType.String, folder) : _values.GetValueOrDefault(name), [.. _values.Keys, .. checkpoints.Keys]);
        if (made.Members.FirstOrDefault(member => member.Name == Options).Value is { Kind: JsonTokenType.StartObject } options && options.Members.All(member => member.Name != SeedKey))
            options.Add(SeedKey, Made(options, SeedKey, JsonTokenType.Number, Seed.ToString(CultureInfo.InvariantCulture)));
        return made;
    }

    private static StrictJsonNode Made(StrictJsonNode parent, string step, JsonTokenType kind, string text) =>
        new() { Kind = kind, Text = text, Line = parent.Line, Step = step, Parent = parent, File = parent.File };
}
