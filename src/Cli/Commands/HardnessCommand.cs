using System.CommandLine;
using System.Text.Json.Nodes;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Trainers.Difficulty;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate hardness FILE</c>: how unlike the demonstrations each prompt is, as a recipe's <c>hardness</c> reads it.</summary>
internal sealed class HardnessCommand
{
    private const string Words = "tf-idf";
    private readonly Argument<string> _file = new("FILE") { Description = "The prompts: a file for benchmarks." };
    private readonly Option<string> _columns = new("--columns") { Description = "Which column holds what, such as prompt=question.", HelpName = "FIELD=COLUMN,…", DefaultValueFactory = _ => "" };
    private readonly Option<string?> _demonstrations = new("--demonstrations") { Description = "The demonstrations, a file of the same columns; the prompts themselves when left out. A prompt is not compared with itself.", HelpName = "FILE" };
    private readonly Option<string> _embeddings = new("--embeddings") { Description = "Makes points of clauses: tf-idf (the default; needs no model), or the URL of an OpenAI-compatible server.", HelpName = "tf-idf|URL", DefaultValueFactory = _ => Words };
    private readonly ChatModelParts _embeddingsParts = new("embeddings", embeds: true);
    private readonly Option<string?> _out = CommandParts.OutOption();
    private readonly GateOutput _output;

    private HardnessCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        var parts = new HardnessCommand(output);
        var command = new Command("hardness", "How unlike the demonstrations each prompt is: the factors by which advantages are scaled (docs/shadow-rewards.md).")
        {
            parts._file, parts._columns, parts._demonstrations, parts._embeddings, parts._out,
        };
        foreach (var option in parts._embeddingsParts.Options) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new BenchmarkFileOptions { Direction = MetricDirection.Capability, Columns = ColumnMapping.Parse(parsed.GetRequiredValue(_columns)) };
        var path = parsed.GetRequiredValue(_file);
        var items = BenchmarkFile.Load(path, options).Items;
        var others = parsed.GetValue(_demonstrations) is { } named ? BenchmarkFile.Load(named, options).Items : items;
        string[] prompts = [.. items.Select(item => item.Prompt)], demonstrations = [.. others.Select(item => item.Prompt)];
        if (Array.Find(prompts, prompt => Array.TrueForAll(demonstrations, text => text == prompt)) is { } alone)
            throw new UserErrorException($"{path}: the prompt '{alone}' has no demonstration besides itself to be compared with; give --demonstrations with others.");
        var hardness = DataHardness.Of(await SimilaritiesAsync(parsed, prompts, demonstrations, cancellationToken));
        var rows = items.Select((item, i) => new JsonObject { ["id"] = item.Id, ["hardness"] = hardness.Alpha[i], ["dissimilarity"] = hardness.Dissimilarity[i] });
        await CommandParts.WriteAsync(_output, parsed.GetValue(_out), string.Concat(rows.Select(row => row.ToJsonString() + "\n")), cancellationToken);
        return GateExitCode.Passed;
    }

    private async Task<IReadOnlyList<IReadOnlyList<IReadOnlyList<double>>>> SimilaritiesAsync(ParseResult parsed, string[] prompts, string[] demonstrations, CancellationToken cancellationToken)
    {
        if (parsed.GetRequiredValue(_embeddings) is var named && named == Words)
        {
            _embeddingsParts.RequireNone(parsed);
            return ClauseSimilarity.ByWords(prompts, demonstrations);
        }

        var (generator, model) = _embeddingsParts.OpenEmbeddings(parsed, named);
        using var owned = generator;
        var clauses = ClauseSimilarity.Distinct(prompts, demonstrations);
        var points = await new EmbeddingFeatures(generator, model).OfAsync(clauses, cancellationToken);
        return ClauseSimilarity.Of(prompts, demonstrations, clauses.Zip(points).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
    }
}
