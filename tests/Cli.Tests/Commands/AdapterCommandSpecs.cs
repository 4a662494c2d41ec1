using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Adapters on the command line: put on a model, given as one, merged into one; never ignored.</summary>
public sealed class AdapterCommandSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base, _adapter;

    public AdapterCommandSpecs()
    {
        _base = TinyCheckpoint.In(_folder);
        _adapter = _folder.File("adapter");
        using var model = PretrainedModel.Load(_base);
        var adapted = model.BeginAdapter(new LoraConfig { R = 2, LoraAlpha = 8, TargetModules = ModuleSelector.AllLinear, ModulesToSave = ["lm_head"] }, seed: 3);
        using (torch.no_grad())
            foreach (var tensor in adapted.Trained.Values) tensor.add_(torch.randn_like(tensor).Times(0.3), Scalars.Of(1L));
        AdapterWriter.Write(_adapter, adapted[AdaptedDecoder.DefaultName], _base, model.WeightsDigest);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Merged_and_unmerged_give_the_same_responses_and_scores()
    {
        var merged = _folder.File("merged");
        var run = await GateRun.OfAsync("model", "merge", _base, "--adapter", _adapter, "--out", merged);
        Assert.True(run.ExitCode == 0, run.Error);
        var suite = _folder.Write("suite.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"id": "q{{i}}", "prompt": "how is {{(i % 2 == 0 ? "why" : "1")}} {{(i % 3 == 0 ? "?" : "2")}}"}""" + "\n")));
        var responses = new List<string>();
        foreach (var model in (string[][])[[_base, "--adapter", _adapter], [_adapter], [merged], [_base]])
        {
            var file = _folder.File($"responses-{responses.Count}.jsonl");
            var evaluated = await GateRun.OfAsync(["eval", "--model", .. model, "--suite", suite, "--plain", "--temperature", "1", "--samples", "3", "--seed", "5", "--max-new-tokens", "12", "--no-store", "--out", _folder.File($"result-{responses.Count}.json"), "--responses", file]);
            Assert.True(evaluated.ExitCode == 0, evaluated.Error);
            responses.Add(File.ReadAllText(file));
        }

        Assert.Equal(responses[0], responses[1]);
        Assert.Equal(responses[0], responses[2]);
        Assert.NotEqual(responses[0], responses[3]);
        var digests = Enumerable.Range(0, 4).Select(i => JsonDocument.Parse(File.ReadAllText(_folder.File($"result-{i}.json"))).RootElement.GetProperty("model").GetProperty("weights").GetString()).ToList();
        Assert.Equal(digests[0], digests[1]);
        Assert.Equal(3, digests.Distinct().Count());
    }

    [Fact]
    public async Task Every_command_that_loads_a_model_takes_an_adapter()
    {
        const string input = """{"id": 0, "input_ids": [1, 15, 16], "max_new_tokens": 5}""";
        foreach (var command in (string[])["logits", "generate"])
        {
            var plain = await GateRun.WithInputAsync(input, "model", command, _base, "--jsonl", "-");
            var with = await GateRun.WithInputAsync(input, "model", command, _base, "--adapter", _adapter, "--jsonl", "-");
            var alone = await GateRun.WithInputAsync(input, "model", command, _adapter, "--jsonl", "-");
            Assert.Equal((0, 0, 0), (plain.ExitCode, with.ExitCode, alone.ExitCode));
            Assert.NotEqual(plain.Out, with.Out);
            Assert.Equal(with.Out, alone.Out);
        }

        var info = await GateRun.OfAsync("model", "info", _base, "--adapter", _adapter, "--json");
        Assert.Equal(_adapter, JsonDocument.Parse(info.Out).RootElement.GetProperty("adapter").GetString());
        var doctor = await GateRun.OfAsync("doctor", _adapter);
        Assert.Contains($"ok       adapter        {_adapter}, on the weights of {_base}", doctor.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_put_on_is_refused_in_one_line()
    {
        var other = _folder.File("other");
        Directory.CreateDirectory(other);
        foreach (var file in Directory.EnumerateFiles(_adapter)) File.Copy(file, Path.Combine(other, Path.GetFileName(file)));
        var config = Path.Combine(other, "adapter_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"r\": 2", "\"r\": 3", StringComparison.Ordinal));
        await Refused(GateExitCode.BadInput, "tensor 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight' has the shape [2, 8]", "model", "info", _base, "--adapter", other);
        await Refused(GateExitCode.BadInput, "there is no such adapter directory", "model", "info", _base, "--adapter", _folder.File("none"));
        await Refused(GateExitCode.BadInput, "has no adapter_config.json", "model", "info", _base, "--adapter", _base);
        await Refused(GateExitCode.Usage, "--adapter is for a model directory", "eval", "--model", "http://localhost:1/v1", "--suite", _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n"), "--adapter", _adapter);
        await Refused(GateExitCode.Usage, "has no adapter, so there is nothing to merge", "model", "merge", _base, "--out", _folder.File("merged"));
        await Refused(GateExitCode.CannotWrite, "exists already", "model", "merge", _adapter, "--out", _base);
    }

    [Fact]
    public async Task A_base_that_is_not_shown_to_be_the_adapters_is_noted()
    {
        var config = Path.Combine(_adapter, "adapter_config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(_base, "someone/a-model", StringComparison.Ordinal));
        var shown = await GateRun.OfAsync("model", "info", _base, "--adapter", _adapter);
        Assert.Equal("", shown.Error); // its file has the digest of these weights
        var weights = Path.Combine(_adapter, "adapter_model.safetensors");
        File.WriteAllBytes(weights, Spoiled(File.ReadAllBytes(weights), "base_weights"));
        var noted = await GateRun.OfAsync("model", "info", _base, "--adapter", _adapter);
        Assert.Equal(0, noted.ExitCode);
        Assert.StartsWith("note: the adapter ", Assert.Single(noted.Messages), StringComparison.Ordinal);
        Assert.Contains("'someone/a-model', which is no directory here", noted.Error, StringComparison.Ordinal);
    }

    // Another key of the same length.
    private static byte[] Spoiled(byte[] bytes, string key)
    {
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(key));
        bytes[at] = (byte)'x';
        return bytes;
    }

    private static async Task Refused(int code, string says, params string[] command)
    {
        var run = await GateRun.OfAsync(command);
        Assert.Equal(code, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }
}
