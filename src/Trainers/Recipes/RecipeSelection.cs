using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Trainers.Recipes;

/// <summary>The selection split of a recipe: a benchmark file no gate reads, and how it is scored.</summary>
public sealed record RecipeSelection
{
    /// <summary>Path of the benchmark file.</summary>
    [RelativePath, NotInKey]
    public required string Path { get; init; }

    /// <summary>
    /// Columns, as <c>gate eval --columns</c> has them, such as <c>prompt=question</c>; empty for columns of the fields' own names.
    /// </summary>
    [NotInKey]
    public string Columns { get; init; } = "";

    /// <summary>System prompt put before every item; <c>null</c> for none.</summary>
    [NotInKey] // the items' digest has it
    public string? SystemPrompt { get; init; }

    /// <summary>Most tokens of a response. Default 64.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Scores a response; 1 is right. Default: the <c>#### n</c> verifier.</summary>
    [JsonConverter(typeof(VerifierName<IScorer>))]
    public IScorer Scorer { get; init; } = new MathVerifier();

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Scorers.VersionProblem(Scorer) is { } problem) yield return problem;
        if (SystemPrompt is not null && string.IsNullOrWhiteSpace(SystemPrompt)) yield return "The selection's system_prompt is blank; leave it out.";
        if (MaxNewTokens < 1) yield return Invariant($"The selection's max_new_tokens is {MaxNewTokens}; it must be 1 or more.");
    }

    /// <summary>Reads the items.</summary>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public Benchmark Load() =>
        BenchmarkFile.Load(Path,
            new BenchmarkFileOptions { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse(Columns), SystemPrompt = SystemPrompt });

    /// <summary>Measures a policy in training on this split.</summary>
    internal AccuracyProbe ProbeOf(PretrainedModel model, ExampleEncoder encoder, ulong seed)
    {
        var items = Load();
        foreach (var item in items.Items)
            if (encoder.Prompt(item).Length is var length && (length == 0 || length >= model.Decoder.MaxPositions))
                throw new UserErrorException(Invariant($"{Path}, item '{item.Id}': the prompt has {length} tokens; the model has {model.Decoder.MaxPositions} positions, and an answer needs room. Shorten it or leave it out, so that the target is measured on what the model can read."));
        var split = new SelectionSplit(items, Scorer, encoder, MaxNewTokens, seed);
        var generator = model.CreateGenerator();
        return (_, cancellationToken) =>
            split.Accuracy(generator, (prompt, ids) => ResponseText.Of(model.Tokenizer, prompt, ids), cancellationToken);
    }

    /// <summary>Key of the measurement.</summary>
    internal JsonObject Describe()
    {
        var description = JsonFormat.Describe(this);
        description["items"] = Load().Digest;
        description["scorer_version"] = Scorer.Version;
        return description;
    }
}
