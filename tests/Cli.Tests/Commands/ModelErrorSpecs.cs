using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Each mistake ends in one line that says what was read and what is wrong, and in the right exit code.</summary>
public sealed class ModelErrorSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sound_checkpoint_is_described()
    {
        var run = await GateRun.OfAsync("model", "info", TinyCheckpoint.In(_folder), "--json");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("\"model_type\":\"llama\"", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        var directory = TinyCheckpoint.In(_folder);
        var file = Path.Combine(directory, "model.safetensors");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^10]);
        await Refused(directory, GateExitCode.BadInput, "model.safetensors");
    }

    [Fact]
    public async Task A_header_longer_than_the_file_is_refused()
    {
        var directory = TinyCheckpoint.In(_folder);
        var file = Path.Combine(directory, "model.safetensors");
        var bytes = File.ReadAllBytes(file);
        BitConverter.GetBytes(bytes.LongLength * 4).CopyTo(bytes, 0);
        File.WriteAllBytes(file, bytes);
        await Refused(directory, GateExitCode.BadInput, "model.safetensors");
    }

    [Fact]
    public async Task A_missing_tensor_is_named()
    {
        var directory = TinyCheckpoint.In(_folder, without: "model.norm.weight");
        await Refused(directory, GateExitCode.BadInput, "model.norm.weight");
    }

    [Fact]
    public async Task A_tensor_of_the_wrong_shape_is_named_with_both_shapes()
    {
        var directory = TinyCheckpoint.In(_folder);
        EditConfig(directory, "\"intermediate_size\":16", "\"intermediate_size\":24");
        await Refused(directory, GateExitCode.BadInput, "mlp", "16", "24");
    }

    [Fact]
    public async Task An_unknown_architecture_is_refused_with_the_known_ones()
    {
        var directory = TinyCheckpoint.In(_folder);
        EditConfig(directory, "\"model_type\":\"llama\"", "\"model_type\":\"mamba\"", "LlamaForCausalLM", "MambaForCausalLM");
        await Refused(directory, GateExitCode.BadInput, "mamba", "llama");
    }

    [Fact]
    public async Task A_directory_that_is_none_is_refused() =>
        await Refused(_folder.File("nowhere"), GateExitCode.BadInput, "nowhere");

    private static async Task Refused(string directory, int exitCode, params string[] words)
    {
        var run = await GateRun.OfAsync("model", "info", directory);
        Assert.Equal(exitCode, run.ExitCode);
        var message = Assert.Single(run.Messages);
        Assert.All(words, word => Assert.Contains(word, message, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("", run.Out);
    }

    private static void EditConfig(string directory, params string[] replacements)
    {
        var file = Path.Combine(directory, "config.json");
        var text = string.Concat(File.ReadAllText(file).Where(c => !char.IsWhiteSpace(c)));
        for (var i = 0; i < replacements.Length; i += 2)
        {
            Assert.Contains(replacements[i], text, StringComparison.Ordinal);
            text = text.Replace(replacements[i], replacements[i + 1], StringComparison.Ordinal);
        }

        File.WriteAllText(file, text);
    }
}
