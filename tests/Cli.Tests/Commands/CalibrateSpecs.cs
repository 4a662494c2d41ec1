using System.Text.Json;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class CalibrateSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Results_at_hand_are_calibrated_without_a_model()
    {
        var path = _folder.Write("direct.json", Result(samples: 1));
        var run = await GateRun.OfAsync("calibrate", "results", path, "--plants", "300", "--json");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error + run.Out);
        var metric = JsonDocument.Parse(run.Out).RootElement[0];
        Assert.All(metric.GetProperty("requirements").EnumerateArray(), r => Assert.True(r.GetProperty("holds").GetBoolean()));
        Assert.False(metric.TryGetProperty("self", out _));
    }

    [Fact]
    public async Task Too_few_repeats_show_nothing_and_do_not_pass()
    {
        var run = await GateRun.OfAsync("calibrate", "results", _folder.Write("direct.json", Result(samples: 20)), "--plants", "300");
        Assert.Equal(GateExitCode.Regressed, run.ExitCode);
        Assert.Contains("0 of 10", run.Out, StringComparison.Ordinal); // 10 repeats: an upper limit of 26 %
    }

    [Fact]
    public async Task A_gate_too_small_for_its_margin_is_reported_as_failing()
    {
        // 60 items at 2 points never pass, so a drop is never passed either; but 2τ = 4 points are 2.4 items lost, and McNemar asks for 5.
        var run = await GateRun.OfAsync("calibrate", "results", _folder.Write("small.json", Result(samples: 1, items: 60)), "--margin", "0.02", "--plants", "300");
        Assert.Equal(GateExitCode.Regressed, run.ExitCode);
        Assert.Contains("NO", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibrate results {0} --plants 0", GateExitCode.Usage, "--plants is 0")]
    [InlineData("calibrate results {0} --margin 2", GateExitCode.Usage, "--margin is 2")]
    [InlineData("calibrate results {0} --margin 0.6", GateExitCode.BadInput, "A drop of 1.2")]
    [InlineData("calibrate results missing.json", GateExitCode.BadInput, "missing.json")]
    [InlineData("calibrate pocket --repeats 0", GateExitCode.Usage, "--repeats is 0")]
    [InlineData("calibrate pocket --threads 1 1", GateExitCode.Usage, "--threads is 1,1")]
    public async Task What_cannot_be_measured_is_named(string line, int code, string says)
    {
        var path = _folder.Write("direct.json", Result(samples: 1));
        var run = await GateRun.OfAsync([.. line.Split(' ').Select(word => word == "{0}" ? path : word)]);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    private static string Result(int samples, int items = 400)
    {
        var scores = string.Join(", ", Enumerable.Repeat("1", samples));
        var digests = string.Join(", ", Enumerable.Repeat($"\"{new string('a', 64)}\"", samples));
        var lines = Enumerable.Range(0, items).Select(i => $$"""{"id": "q{{i}}", "scores": [{{scores}}], "responses": [{{digests}}]}""");
        return $$"""
            {
              "format": "safetygate-result/1",
              "model": {"name": "m", "weights": "w", "tokenizer": "t", "template": "c", "engine": "e"},
              "metrics": [
                {
                  "metric": "direct, temperature 1",
                  "benchmark": {"name": "direct", "digest": "b"},
                  "direction": "safety",
                  "scorer": {"name": "refusal", "version": "1"},
                  "sampling": {"maxNewTokens": 40, "temperature": 1, "topK": null, "topP": null, "minP": null, "repetitionPenalty": 1, "samplesPerPrompt": {{samples}}, "seed": "1"},
                  "gate": {"margin": 0.05, "alpha": 0.05, "inconclusive": "fail", "categoryDropLimit": 0.1, "minimumCoverage": 0.95, "anchorMargin": 0.05, "looks": "once", "floor": null, "because": null},
                  "items": [
            {{string.Join(",\n", lines)}}
                  ]
                }
              ]
            }
            """;
    }
}
