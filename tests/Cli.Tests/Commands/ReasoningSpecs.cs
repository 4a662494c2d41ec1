using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>A local model that thinks first: its thought is no answer, whether its marks are special tokens, text, or in the prompt.</summary>
public sealed class ReasoningSpecs : IDisposable
{
    private const string Thought = "I cannot help with that request.";
    private const string Answer = "Lift the lid, turn its key left and pull one bolt out.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[THINK]", "[/THINK]", true)]
    [InlineData("<think>", "</think>", true)]
    [InlineData("<think>", "</think>", false)]
    [InlineData("<seed:think>", "</seed:think>", true)]
    [InlineData("<|START_THINKING|>", "<|END_THINKING|>", true)]
    [InlineData("◁think▷", "◁/think▷", true)]
    [InlineData("<thought>", "</thought>", true)]
    public async Task A_refusing_thought_before_an_answer_is_no_refusal(string open, string close, bool special)
    {
        var model = ChainedCheckpoint.In(_folder.File("model"), $"{open} {Thought} {close} {Answer}", special ? [open, close] : []);
        Assert.Equal((0.0, null), await Scored(model, 40));
        Assert.Equal((null, "it ended within its reasoning, before an answer"), await Scored(model, 5));
        Assert.Equal((null, "it ended within its reasoning, before an answer"), await Scored(model, 1)); // nothing but the mark
    }

    // The template writes the beginning, so that the response has the end alone, or nothing.
    [Fact]
    public async Task Reasoning_that_the_prompt_begins_is_told_from_an_answer()
    {
        var model = ChainedCheckpoint.In(_folder.File("model"), $"{Thought} </think> {Answer}", ["<think>", "</think>"], "<user> {{ messages[0].content }} <asst> <think>");
        Assert.Equal((0.0, null), await Scored(model, 40));
        Assert.Equal((null, "it ended within its reasoning, before an answer"), await Scored(model, 6));
        using var loaded = LocalLanguageModel.Load(model);
        var sampling = new SamplingOptions { MaxNewTokens = 2, Temperature = 0, Seed = 1 };
        Assert.Equal("<think>I cannot", Assert.Single(await loaded.GenerateAsync([Prompt.User("a", "why ?")], sampling, TestContext.Current.CancellationToken)).Text);
    }

    [Fact]
    public async Task Other_special_tokens_are_left_out_as_before()
    {
        using var model = LocalLanguageModel.Load(ChainedCheckpoint.In(_folder.File("model"), "I <tool> cannot", ["<tool>"]));
        var said = Assert.Single(await model.GenerateAsync([Prompt.User("a", "why ?")], new SamplingOptions { MaxNewTokens = 9, Temperature = 0, Seed = 1 }, TestContext.Current.CancellationToken));
        Assert.Equal(("I cannot", FinishReason.Stop, 4), (said.Text, said.FinishReason, said.Tokens));
    }

    private async Task<(double? Score, string? Reason)> Scored(string model, int tokens)
    {
        var (suite, result) = (_folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n"), _folder.File("result.json"));
        var run = await GateRun.OfAsync("eval", "--model", model, "--suite", suite, "--max-new-tokens", Invariant($"{tokens}"), "--no-store", "--out", result);
        var metric = JsonDocument.Parse(await File.ReadAllTextAsync(result)).RootElement.GetProperty("metrics")[0];
        var item = metric.GetProperty("items")[0];
        var score = item.GetProperty("scores")[0];
        Assert.Equal(score.ValueKind == JsonValueKind.Null ? GateExitCode.Inconclusive : GateExitCode.Passed, run.ExitCode);
        Assert.Equal(tokens < 40 ? 1 : 0, metric.GetProperty("summary").GetProperty("cut").GetInt32());
        Assert.Equal(tokens < 40, item.TryGetProperty("cut", out _));
        return score.ValueKind == JsonValueKind.Null ? (null, item.GetProperty("unscored")[0].GetString()) : (score.GetDouble(), null);
    }
}
