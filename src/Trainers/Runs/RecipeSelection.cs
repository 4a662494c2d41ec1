using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Trainers.Batches;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Trainers.Runs;

/// <summary>The selection split of a recipe: a benchmark file no gate reads, and how it is scored.</summary>
public sealed record RecipeSelection
{
    /// <summary>Where the benchmark file lies.</summary>
    public required string Path { get; init; }

    /// <summary>Columns, as <c>gate eval --columns</c> has them, such as <c>prompt=question</c>; empty for columns of the fields' own names.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Most tokens of a response. Default 64.</summary>
    public int MaxNewTokens { get; init; } = 64;

    /// <summary>Judges a response; 1 is right. Default: the <c>#### n</c> verifier.</summary>
    public IScorer Scorer { get; init; } = new MathVerifier();

    /// <summary>Reads the items.</summary>
    /// <exception cref="UserErrorException">The file is bad; the message names the line.</exception>
    public Benchmark Load() => BenchmarkFile.Load(Path, new BenchmarkFileOptions { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse(Columns) });

    /// <summary>What measures a policy in training on this split.</summary>
    internal AccuracyProbe ProbeOf(PretrainedModel model, ExampleEncoder encoder, ulong seed)
    {
        var split = new SelectionSplit(Load(), Scorer, encoder, MaxNewTokens, seed);
        var generator = model.CreateGenerator();
        return (_, cancellationToken) => split.Accuracy(generator, ids => model.Tokenizer.Decode(ids, skipSpecialTokens: true), cancellationToken);
    }

    /// <summary>What decides the measurement.</summary>
    internal JsonObject Describe() => new()
    {
        ["items"] = Load().Digest,
        ["max_new_tokens"] = MaxNewTokens,
        ["scorer"] = Scorer.Name,
        ["scorer_version"] = Scorer.Version,
    };

    /// <summary>Reads the JSON form.</summary>
    internal static RecipeSelection From(JsonFields fields, string directory)
    {
        var scorer = fields.Text("scorer") ?? "math";
        if (scorer != "math") throw new UserErrorException($"{fields.Where}: \"scorer\" is \"{scorer}\"; it must be \"math\", the verifier of answers that end in #### n.");
        var selection = new RecipeSelection
        {
            Path = System.IO.Path.GetFullPath(fields.RequiredText("path"), directory),
            Columns = fields.Text("columns") ?? "",
            MaxNewTokens = fields.Whole("max_new_tokens") ?? 64,
        };
        fields.RefuseOthers();
        return selection;
    }

    /// <summary>Reads a target accuracy and the split it is measured on.</summary>
    internal static (TargetAccuracy Target, RecipeSelection Selection) ReadTarget(JsonFields fields, string directory)
    {
        var target = new TargetAccuracy
        {
            Accuracy = fields.RequiredNumber("accuracy"),
            EverySteps = fields.RequiredWhole("every_steps"),
            MustReach = fields.Flag("must_reach") ?? false,
        };
        var selection = From(fields.Child("selection") ?? throw new UserErrorException($"{fields.Where}: \"selection\" is missing; it must name the file the accuracy is measured on."), directory);
        fields.RefuseOthers();
        return (target, selection);
    }
}
