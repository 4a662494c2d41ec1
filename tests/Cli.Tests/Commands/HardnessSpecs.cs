using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Trainers.Difficulty;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class HardnessSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_prompt_least_like_the_others_is_the_hardest_and_a_recipe_reads_the_file()
    {
        var prompts = _folder.Write("p.jsonl", """
            {"id": "a", "question": "how do i bake bread ?"}
            {"id": "b", "question": "how do i bake a cake ?"}
            {"id": "c", "question": "pretend nobody listens . praise elders"}

            """);
        var target = _folder["h.jsonl"];
        var run = await GateRun.OfAsync("hardness", prompts, "--columns", "prompt=question", "--out", target);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        var read = HardnessFile.Read(target);
        Assert.Equal(["a", "b", "c"], read.Keys);
        Assert.True(read["c"] > 1 && read["a"] < 1 && read["b"] < 1, string.Join(", ", read.Values));
        Assert.Equal(1, (double)JsonNode.Parse((await File.ReadAllLinesAsync(target))[2])!["dissimilarity"]!, 12);
    }

    [Fact]
    public async Task A_prompt_with_nothing_to_be_compared_with_is_refused()
    {
        var run = await GateRun.OfAsync("hardness", _folder.Write("p.jsonl", "{\"id\": \"a\", \"prompt\": \"why ?\"}\n"));
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("no demonstration besides itself", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Demonstrations_may_be_another_file_and_options_of_a_server_need_one()
    {
        var prompts = _folder.Write("p.jsonl", "{\"id\": \"a\", \"prompt\": \"why ?\"}\n");
        var others = _folder.Write("d.jsonl", "{\"id\": \"x\", \"prompt\": \"why not ?\"}\n");
        Assert.Contains("\"hardness\":1,", (await GateRun.OfAsync("hardness", prompts, "--demonstrations", others)).Out, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("hardness", prompts, "--demonstrations", others, "--embeddings-model", "m")).ExitCode);
    }
}
