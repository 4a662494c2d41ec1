using SafetyGate.Analysis.Results;
using System.Text.Json;
using SafetyGate.Analysis.Curation;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate augment</c>: from patterns to rows, by the task grammar and by models of a server.</summary>
public sealed class AugmentSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_grammar_makes_verified_rows_of_the_slice_that_share_nothing_with_validation_data()
    {
        var selection = Path.Combine(Repository.Root, "data", "pocket", "sums.selection.jsonl");
        var test = Path.Combine(Repository.Root, "data", "pocket", "sums.test.jsonl");
        // Every sum of four changes is answered one step short.
        var evaluated = _folder.Write("evaluated.jsonl", string.Concat(File.ReadLines(selection).Select(line => JsonDocument.Parse(line).RootElement).Select(row =>
        {
            var question = new Pocket.World.SumQuestions().Read(row.GetProperty("prompt").GetString()!)!;
            var isLong = question.Steps.Count == 4;
            return JsonSerializer.Serialize(new { id = row.GetProperty("id").GetString(), prompt = row.GetProperty("prompt").GetString(), answer = question.Answer, response = isLong ? string.Join(' ', question.Steps.Take(3).Select(step => FormattableString.Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result} ."))) : Pocket.World.SumQuestions.Worked(question), correct = !isLong }) + "\n";
        })));
        var (patterns, rows) = (_folder.File("p.json"), _folder.File("rows.jsonl"));
        Assert.Equal(GateExitCode.Passed, (await GateRun.OfAsync("patterns", evaluated, "--out", patterns)).ExitCode);
        var run = await GateRun.OfAsync("augment", patterns, "--validation", selection, "--validation", test, "--generator", "sums", "--rows", "120", "--out", rows);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Contains("0 of 240 share a 13-gram, 0 a template", run.Out, StringComparison.Ordinal);
        var made = File.ReadLines(rows).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(120, made.Count);
        Assert.All(made, row => Assert.Equal(4, new Pocket.World.SumQuestions().Read(row.GetProperty("prompt").GetString()!)!.Steps.Count));
        var report = AnalysisFile.Read<AugmentationReport>(rows + ".report.json");
        Assert.Equal("stops before the last step", Assert.Single(report.Strategies).Strategy.Pattern);
        var again = _folder.File("again.jsonl");
        await GateRun.OfAsync("augment", patterns, "--validation", selection, "--validation", test, "--generator", "sums", "--rows", "120", "--out", again);
        Assert.Equal(File.ReadAllText(rows), File.ReadAllText(again));
    }

    [Fact]
    public async Task A_chat_model_drafts_and_makes_rows_and_another_one_solves_them()
    {
        var asked = 0;
        using var server = new ChatServer("drafter", "maker", "solver")
        {
            Chat = (model, turn) => model switch
            {
                "drafter" => """{"strategy": "Tasks with one more step than usual."}""",
                "maker" => JsonSerializer.Serialize(new { rows = Enumerable.Range(0, 5).Select(_ => Interlocked.Increment(ref asked)).Select(i => new { prompt = $"task {Name(i)} : add {i} and 1", completion = $"{i} + 1 = {i + 1} . #### {i + 1}", answer = $"{i + 1}" }) }),
                _ => turn.Split(' ') is [.., var n, "and", "1"] && int.Parse(n) % 4 != 0 ? $"#### {int.Parse(n) + 1}" : "#### 999",
            },
        };
        var patterns = await PatternsAsync();
        var train = _folder.Write("train.jsonl", """{"prompt": "task zz : add 90 and 1", "response": "90 + 1 = 91 . #### 91", "answer": "91"}""" + "\n");
        var rows = _folder.File("rows.jsonl");
        var run = await GateRun.OfAsync("augment", patterns, "--validation", Validation(), "--train", train, "--drafter", server.Address, "--drafter-model", "drafter", "--generator", server.Address, "--generator-model", "maker", "--solver", server.Address, "--solver-model", "solver", "--rows", "8", "--out", rows);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Equal(8, File.ReadLines(rows).Count());
        Assert.Contains("verifier: the solver does not agree", run.Out.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains(server.Bodies, body => body.Contains("Tasks with one more step than usual.", StringComparison.Ordinal) && body.Contains("task zz", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Bodies, body => body.Contains("secret", StringComparison.Ordinal)); // no validation text is sent anywhere
    }

    [Fact]
    public async Task Wrong_calls_are_refused_with_what_to_do()
    {
        var patterns = await PatternsAsync();
        await RefusedAsync(GateExitCode.Usage, "needs training data to show it the form", patterns, "--generator", "http://127.0.0.1:1");
        await RefusedAsync(GateExitCode.Usage, "must be the URL of a server", patterns, "--generator", "gpt", "--train", _folder.Write("t.jsonl", """{"prompt": "a", "response": "b"}"""));
        using var chatty = new ChatServer("m") { Chat = (_, _) => "with pleasure !" };
        var run = await GateRun.OfAsync("augment", patterns, "--validation", Validation(), "--out", _folder.File("o.jsonl"), "--generator", chatty.Address, "--train", _folder.Write("t.jsonl", """{"prompt": "a", "response": "b"}"""));
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        Assert.Contains("The generator 'm' answered", run.Messages[^1], StringComparison.Ordinal);
        Assert.Contains("with something else than the JSON it was asked for", run.Messages[^1], StringComparison.Ordinal);
        await RefusedAsync(GateExitCode.Usage, "--rows is 0", patterns, "--generator", "sums", "--rows", "0");
        await RefusedAsync(GateExitCode.BadInput, "a file of the kind 'safetygate.patterns/1' is needed", _folder.Write("x.json", "{}"), "--generator", "sums");
    }

    private async Task RefusedAsync(int code, string says, string patterns, params string[] options)
    {
        var run = await GateRun.OfAsync(["augment", patterns, "--validation", Validation(), "--out", _folder.File("o.jsonl"), .. options]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    private static string Name(int i) => $"{(char)('a' + (i / 26 % 26))}{(char)('a' + (i % 26))}";

    private string Validation() => _folder.Write("validation.jsonl", string.Concat(Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "secret task {{i}}", "answer": "9 - 3 = 6 . 6 + 2 = 8 . #### 8", "response": "{{(i % 2 == 0 ? "9 - 3 = 6 . #### 6" : "#### 8")}}", "correct": {{(i % 2 == 0 ? "false" : "true")}}}""" + "\n")));

    private async Task<string> PatternsAsync()
    {
        var target = _folder.File("patterns.json");
        await GateRun.OfAsync("patterns", Validation(), "--out", target);
        return target;
    }
}
