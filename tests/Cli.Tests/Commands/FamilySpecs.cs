using System.Globalization;
using System.Text.Json;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Every model of the conformance data through the command: what it is, its logits and its greedy tokens.</summary>
public sealed class FamilySpecs
{
    // Half a unit of the references' seventh digit, and float32's roundings in the layers.
    private const double Rounding64 = 1e-6, Rounding32 = 5e-5;

    public static TheoryData<string> Models()
    {
        var models = new TheoryData<string>();
        foreach (var file in ConformanceCases.Find("models", "reference.json", SearchOption.AllDirectories).Where(file => ConformanceCases.Json(file).TryGetProperty("family", out _))) models.Add(Path.GetDirectoryName(file)!);
        if (models.Count == 0) models.Add("");
        return models;
    }

    [Theory, MemberData(nameof(Models))]
    public async Task The_command_gives_what_the_reference_gives(string model)
    {
        var directory = ConformanceCases.Require(model);
        var reference = ConformanceCases.Json(model + "/reference.json");
        var cases = reference.GetProperty("cases").EnumerateArray().ToArray();
        var info = await GateRun.OfAsync("model", "info", directory, "--json");
        Assert.Equal(reference.GetProperty("num_parameters").GetInt64(), JsonDocument.Parse(info.Out).RootElement.GetProperty("parameters").GetInt64());
        foreach (var (dtype, rounding) in ((string, double)[])[("float32", Rounding32), ("float64", Rounding64)])
        {
            var forward = cases.Where(one => one.GetProperty("kind").GetString() == "forward").ToArray();
            var lines = string.Join('\n', forward.Select((one, i) => $$"""{"id": {{i}}, "input_ids": {{one.GetProperty("input_ids").GetRawText()}}, "positions": {{one.GetProperty("positions").GetRawText()}}}"""));
            var run = await GateRun.WithInputAsync(lines, "model", "logits", directory, "--jsonl", "-", "--dtype", dtype);
            Assert.Equal(GateExitCode.Passed, run.ExitCode);
            foreach (var (one, answer) in forward.Zip(run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
                Assert.All(Numbers(one.GetProperty("logits")).Zip(Numbers(JsonDocument.Parse(answer).RootElement.GetProperty("logits"))), pair => Assert.InRange(Math.Abs(pair.First - pair.Second) / Math.Max(1, Math.Abs(pair.First)), 0, rounding));
        }
        var greedy = cases.Where(one => one.GetProperty("kind").GetString() == "generate").ToArray();
        var prompts = string.Join('\n', greedy.Select((one, i) => string.Create(CultureInfo.InvariantCulture, $$"""{"id": {{i}}, "input_ids": {{one.GetProperty("prompt").GetRawText()}}, "max_new_tokens": {{one.GetProperty("max_new_tokens").GetInt32()}}}""")));
        var made = await GateRun.WithInputAsync(prompts, "model", "generate", directory, "--jsonl", "-");
        Assert.Equal(greedy.Select(one => string.Join(' ', Numbers(one.GetProperty("new_ids")))),
            made.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', Numbers(JsonDocument.Parse(line).RootElement.GetProperty("new_ids")))));
    }

    [Fact]
    public async Task A_classifier_gives_one_row_for_a_text_and_generates_nothing()
    {
        var directory = ConformanceCases.Require("trainers/reward_model");
        var reference = ConformanceCases.Json("trainers/reward.json");
        var ids = reference.GetProperty("inputs").GetProperty("pairs")[0].GetProperty("chosen_ids").GetRawText();
        var run = await GateRun.WithInputAsync($$"""{"id": 0, "input_ids": {{ids}}}""", "model", "logits", directory, "--jsonl", "-", "--dtype", "float64");
        var score = Assert.Single(Numbers(JsonDocument.Parse(run.Out).RootElement.GetProperty("logits")));
        Assert.Equal(reference.GetProperty("results").GetProperty("scores").GetProperty("chosen")[0].GetDouble(), score, 1e-8);
        var refused = await GateRun.WithInputAsync($$"""{"id": 0, "input_ids": {{ids}}, "max_new_tokens": 2}""", "model", "generate", directory, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, refused.ExitCode);
        Assert.Contains("is a classifier of 1 labels", refused.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<double> Numbers(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Numbers) : [element.GetDouble()];
}
