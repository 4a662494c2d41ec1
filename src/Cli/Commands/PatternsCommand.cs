using System.Text;
using SafetyGate.Analysis.Results;
using System.CommandLine;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Pocket.World;
using SafetyGate.Verifiers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate patterns FILE</c>: what the failures of an evaluation have in common.</summary>
internal sealed class PatternsCommand
{
    private const string Rules = "rules", Words = "tf-idf";
    private readonly Argument<string> _file = new("FILE") { Description = "Evaluated items: JSON Lines, JSON, CSV or TSV with a prompt, and a response and a score unless --responses has them; other columns are properties of the items." };
    private readonly Option<string?> _responses = new("--responses") { Description = "Responses with scores, as gate eval --responses writes them; joined by id.", HelpName = "FILE" };
    private readonly Option<string> _columns = new("--columns") { Description = "Which column holds what, such as prompt=question,score=correct; the fields are id, prompt, response, answer, score.", HelpName = "FIELD=COLUMN,…", DefaultValueFactory = _ => "" };
    private readonly Option<string?> _scorer = new("--scorer") { Description = $"Scores rows without a score: {string.Join(", ", Scorers.ScorerNames)}. By default math-answer where there is an answer." };
    private readonly Option<string> _analyst = new("--analyst") { Description = "Explains each failure: rules (the default; needs no model), or the URL of an OpenAI-compatible server.", HelpName = "rules|URL", DefaultValueFactory = _ => Rules };
    private readonly ChatModelParts _analystParts = new("analyst");
    private readonly Option<string> _embeddings = new("--embeddings") { Description = "Makes points of the explanations: tf-idf (the default; needs no model), or the URL of an OpenAI-compatible server.", HelpName = "tf-idf|URL", DefaultValueFactory = _ => Words };
    private readonly ChatModelParts _embeddingsParts = new("embeddings", embeds: true);
    private readonly Option<ulong> _seed = new("--seed") { Description = "Source of the draws.", DefaultValueFactory = _ => 1 };
    private readonly Option<string?> _out = CommandParts.OutOption();
    private readonly Option<bool> _json = CommandParts.JsonOption();
    private readonly GateOutput _output;

    private PatternsCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        BuiltIn.Register();
        var parts = new PatternsCommand(output);
        var command = new Command("patterns", "What the failures of an evaluation have in common: kinds of mistakes, and the kinds of items they are made on.")
        {
            parts._file, parts._responses, parts._columns, parts._scorer, parts._analyst, parts._embeddings, parts._seed, parts._out, parts._json,
        };
        foreach (var option in parts._analystParts.Options.Concat(parts._embeddingsParts.Options)) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var path = parsed.GetRequiredValue(_file);
        var rows = AskedFile.Load(path, AskedColumns.Parse(parsed.GetRequiredValue(_columns)));
        var items = parsed.GetValue(_responses) is { } responses ? Joined(rows, path, responses, parsed) : [.. rows.Select(row => Scored(row, path, parsed))];
        var reader = new SumQuestions();
        var (analyst, chat) = await AnalystAsync(parsed, reader, cancellationToken);
        using var owned = chat;
        using var embedded = Features(parsed, out var features);
        var finder = new PatternFinder(analyst, features, reader, new PatternOptions { Seed = parsed.GetValue(_seed) });
        var report = await finder.FindAsync(items, Path.GetFileName(path), cancellationToken);
        if (parsed.GetValue(_out) is { } target) AnalysisFile.Write(report, target);
        if (parsed.GetValue(_json)) _output.WriteJson(Encoding.UTF8.GetString(AnalysisFile.Bytes(report)));
        else PatternTable.Write(_output, report);
        if (parsed.GetValue(_out) is { } written && !parsed.GetValue(_json)) _output.Out.WriteLine($"written   {written}");
        return GateExitCode.Passed;
    }

    private async Task<(IFailureAnalyst Analyst, IDisposable? Owned)> AnalystAsync(ParseResult parsed, IQuestionReader reader, CancellationToken cancellationToken)
    {
        var named = parsed.GetRequiredValue(_analyst);
        if (named == Rules)
        {
            _analystParts.RequireNone(parsed);
            return (new RuleAnalyst(reader), null);
        }

        var (client, model) = await _analystParts.OpenAsync(parsed, named, cancellationToken);
        return (new ChatAnalyst(client, model), client);
    }

    private IDisposable? Features(ParseResult parsed, out ITextFeatures features)
    {
        var named = parsed.GetRequiredValue(_embeddings);
        if (named == Words)
        {
            _embeddingsParts.RequireNone(parsed);
            features = new TfIdfFeatures();
            return null;
        }

        var (generator, model) = _embeddingsParts.OpenEmbeddings(parsed, named);
        features = new EmbeddingFeatures(generator, model);
        return generator;
    }

    private AskedItem Scored(AskedRow row, string path, ParseResult parsed)
    {
        var response = row.Response ?? throw new UserErrorException($"{path}: item '{row.Id}' has no response. Map a column to it (--columns response=NAME), or give the responses with --responses.");
        if (row.Score is { } given && parsed.GetValue(_scorer) is null) return row.With(response, given);
        var name = parsed.GetValue(_scorer) ?? (row.Answer is not null ? "math-answer" : throw new UserErrorException($"{path}: item '{row.Id}' has neither a score nor an answer to score by. Map a column to one of them (--columns score=NAME), or name a --scorer."));
        var item = new BenchmarkItem { Id = row.Id, Prompt = row.Prompt, Answer = row.Answer };
        var score = Scorers.Scorer(name).Score(item, new Response { PromptId = row.Id, Sample = 0, Text = response, FinishReason = FinishReason.Stop });
        return row.With(response, score.Value, score.Value is null ? score.Reason : null);
    }

    private AskedItem[] Joined(IReadOnlyList<AskedRow> rows, string path, string responses, ParseResult parsed)
    {
        if (parsed.GetValue(_scorer) is not null) throw new UserErrorException("--scorer scores rows of FILE; the responses of --responses have scores. Leave one of them out.", GateExitCode.Usage);
        var byItem = ResponseFile.Read(responses).GroupBy(one => one.Response.PromptId, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        if (rows.FirstOrDefault(row => !byItem.ContainsKey(row.Id)) is { } without) throw new UserErrorException($"{responses} has no response to item '{without.Id}' of {path}. Give the responses of this very file, all of them.");
        return [.. rows.Select(row => Worst(row, byItem[row.Id]))];
    }

    // Of several samples their mean decides, and the first that failed is looked at.
    private static AskedItem Worst(AskedRow row, List<ScoredResponse> samples)
    {
        var shown = samples.Find(one => one.Score.Value is not >= AskedFile.Passing) ?? samples[0];
        var mean = samples.Average(one => one.Score.Value ?? 0);
        return row.With(shown.Response.Text, shown.Score.Value is null && mean < AskedFile.Passing ? null : mean, shown.Score.Value is null ? shown.Score.Reason : null);
    }
}
