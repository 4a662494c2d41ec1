using System.Text.Json;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Results;
using SafetyGate.Core;
using SafetyGate.Pocket.World;
using SafetyGate.Studies.Distillation;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate distill</c> through a real HTTP server with two teachers: one always right in a foreign notation, one often wrong in the student's own style.</summary>
public sealed class DistillSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_teacher_the_student_gains_most_from_is_taken_and_its_wrong_answers_are_not()
    {
        using var server = new ChatServer("strong", "mild") { Chat = Answer };
        var target = _folder.File("out");
        var run = await GateRun.OfAsync("distill", Spec(Server("strong", server.Address), Server("mild", server.Address)), "--out", target);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        var report = AnalysisFile.Read<DistillationReport>(Path.Combine(target, "distillation.json"));
        Assert.Equal(["mild", "strong"], report.Teachers.Select(teacher => teacher.Name));
        Assert.True(report.Teachers[0].OwnRate < report.Teachers[1].OwnRate); // the benchmark order is the other one
        Assert.Contains(report.DroppedTrajectories, drop => drop is { Reason: "wrong", Count: > 0 });
        Assert.Contains(report.DroppedTrajectories, drop => drop is { Reason: "too long", Count: > 0 });
        Assert.Contains(report.DroppedTrajectories, drop => drop is { Reason: "malformed", Count: > 0 });
        var rows = File.ReadLines(Path.Combine(target, "curated.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(report.Rows, rows.Count);
        Assert.All(rows, row => Assert.Equal(new SumQuestions().Read(row.GetProperty("prompt").GetString()!)!.Answer, row.GetProperty("completion").GetString()!.Split("####")[1].Trim()));
        Assert.Equal(["in domain", "refusal of harmful requests"], report.Rates.Select(rate => rate.Name));
        Assert.True(report.Rates[0].Lower > 0, $"{report.Rates[0].Before} to {report.Rates[0].After}");
        Assert.NotNull(report.SafetyKl);
        Assert.True(File.Exists(Path.Combine(target, "student", "config.json")));
    }

    [Fact]
    public async Task What_cannot_be_distilled_ends_with_one_sentence()
    {
        using var slow = new ChatServer("m") { Chat = (_, _) => null };
        await RefusedAsync(GateExitCode.MissingEngine, "The teacher 'slow' gave no answer to", Spec(Server("slow", slow.Address, served: "m", timeout: 0.05)));
        using var wrong = new ChatServer("m") { Chat = (_, _) => "#### 99" };
        await RefusedAsync(GateExitCode.BadInput, "Nothing is left to learn from", Spec(Server("wrong", wrong.Address, served: "m")));
        await RefusedAsync(GateExitCode.BadInput, "neither a directory nor a URL", Spec(new { name = "a", model = "nowhere" }));
        await RefusedAsync(GateExitCode.BadInput, "two teachers are called 'a'", Spec(new { name = "a", model = "x" }, new { name = "a", model = "y" }));
        await RefusedAsync(GateExitCode.BadInput, "did you mean 'teachers'?", _folder.Write("t.json", "{\"teacher\": []}"));
    }

    [Theory, InlineData("distill-pocket"), InlineData("distill-svamp")]
    public void The_examples_of_the_documents_are_read(string name) =>
        Assert.Equal(2, DistillSpec.Load(Path.Combine(Repository.Root, "docs", "examples", name + ".json")).Teachers.Count);

    private async Task RefusedAsync(int code, string says, string spec)
    {
        var run = await GateRun.OfAsync("distill", spec, "--out", _folder.File("never"));
        Assert.True(code == run.ExitCode, run.Error);
        Assert.Contains(says, run.Messages[^1], StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("never")));
    }

    private static object Server(string name, string address, string? served = null, double? timeout = null) => new { name, model = address, served_model = served ?? name, timeout };

    // The mild teacher is wrong, rambles or forgets the mark at some questions, told apart by their text alone.
    private static string Answer(string model, string question)
    {
        var read = new SumQuestions().Read(question)!;
        var worked = SumQuestions.Worked(read);
        if (model == "strong") return string.Concat(read.Steps.Select(step => FormattableString.Invariant($"{step.Operation} {step.Left} {step.Right} : {step.Result} , "))) + $"#### {read.Answer}";
        return (question.Sum(c => c) % 10) switch
        {
            0 or 1 => worked.Split("####")[0] + $"#### {int.Parse(read.Answer, System.Globalization.CultureInfo.InvariantCulture) + 1}",
            2 => string.Concat(Enumerable.Repeat("sure , here is how . ", 12)) + worked,
            3 => worked.Split("####")[0] + read.Answer,
            _ => worked,
        };
    }

    private string Spec(params object[] teachers)
    {
        var data = Path.Combine(Repository.Root, "data", "pocket");
        string Some(string file, int count) => _folder.Write(file, string.Concat(File.ReadLines(Path.Combine(data, file)).Take(count).Select(line => line + "\n")));
        return _folder.Write("distill.json", JsonSerializer.Serialize(new
        {
            student = Path.Combine(Repository.Root, "models", "pocket", "base"), teachers,
            questions = Some("sums.train.own-style.jsonl", 80), selection = Some("sums.selection.jsonl", 80), in_domain = Some("sums.test.jsonl", 120), safety = Some("harmful.direct.jsonl", 40),
            trajectories = 2, keep = 1, longest = 44, max_new_tokens = 44, student_pass_above = 1, student_samples = 1, smoke_questions = 60, smoke_steps = 6, smoke_seeds = 1,
            options = new { max_steps = 8, learning_rate = 3e-4, seed = 1, per_device_train_batch_size = 32, adam_beta2 = 0.99 },
        }, new JsonSerializerOptions { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull }));
    }
}
