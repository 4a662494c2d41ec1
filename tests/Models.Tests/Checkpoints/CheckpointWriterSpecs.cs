using System.Diagnostics;
using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class CheckpointWriterSpecs : IDisposable
{
    private static readonly CheckpointFiles Files = new()
    {
        ConfigJson = TinyCheckpoint.Config,
        Others = new Dictionary<string, byte[]> { ["generation_config.json"] = "{}"u8.ToArray(), ["chat_template.jinja"] = "hello"u8.ToArray() },
    };

    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, Tensor> parameters = new() { ["model.norm.weight"] = tensor([1.5f, -2f]), ["model.embed_tokens.weight"] = tensor([1f, 2, 3, 4, 5, 6]).reshape(3, 2) };

    public void Dispose()
    {
        foreach (var tensor in parameters.Values) tensor.Dispose();
        folder.Dispose();
    }

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.Float16), InlineData(ScalarType.BFloat16), InlineData(ScalarType.Float64)]
    public void A_written_checkpoint_reads_back(ScalarType dtype)
    {
        CheckpointWriter.Write(folder.File("model"), parameters, Files, dtype);
        using var checkpoint = CheckpointReader.Open(folder.File("model"));
        foreach (var (name, expected) in parameters)
        {
            using var read = checkpoint.Read(name, expected.shape, ScalarType.Float32);
            Assert.Equal(expected.data<float>().ToArray(), read.data<float>().ToArray()); // small numbers: exact in every type
        }

        using var config = JsonDocument.Parse(checkpoint.ConfigJson);
        var name16 = new Dictionary<ScalarType, string> { [ScalarType.Float32] = "float32", [ScalarType.Float16] = "float16", [ScalarType.BFloat16] = "bfloat16", [ScalarType.Float64] = "float64" }[dtype];
        Assert.Equal(name16, config.RootElement.GetProperty("dtype").GetString());
        Assert.Equal("hello", File.ReadAllText(folder.File("model/chat_template.jinja")));
        Assert.Equal(["chat_template.jinja", "config.json", "generation_config.json", "model.safetensors"], Names(folder.File("model")));
        Assert.Equal(["model"], Names(folder.Path));
        using var file = SafetensorsFile.Open(folder.File("model/model.safetensors"));
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void The_same_weights_give_the_same_bytes_whatever_their_order_and_strides()
    {
        CheckpointWriter.Write(folder.File("one"), parameters, Files);
        using var transposed = parameters["model.embed_tokens.weight"].t().contiguous().t(); // other strides, same numbers
        CheckpointWriter.Write(folder.File("two"), [new("model.embed_tokens.weight", transposed), new("model.norm.weight", parameters["model.norm.weight"])], Files);
        foreach (var name in Names(folder.File("one"))) Assert.Equal(File.ReadAllBytes(folder.File($"one/{name}")), File.ReadAllBytes(folder.File($"two/{name}")));
    }

    [Fact]
    public void Parameters_that_collect_gradients_are_written()
    {
        parameters["model.norm.weight"].requires_grad_(true);
        CheckpointWriter.Write(folder.File("model"), parameters, Files, ScalarType.BFloat16);
        Assert.True(parameters["model.norm.weight"].requires_grad);
    }

    [Fact]
    public void The_digest_in_memory_is_that_of_the_checkpoint_and_of_its_shards()
    {
        CheckpointWriter.Write(folder.File("model"), parameters, Files);
        using var checkpoint = CheckpointReader.Open(folder.File("model"));
        Assert.Equal(WeightsDigest.Of(parameters, TinyCheckpoint.Config), checkpoint.WeightsDigest());

        using var shards = new TemporaryFolder();
        TinyCheckpoint.WriteShards(shards, [TinyCheckpoint.Floats("model.norm.weight", [2], 1.5f, -2), TinyCheckpoint.Floats("model.embed_tokens.weight", [3, 2], 1, 2, 3, 4, 5, 6)]);
        using var sharded = CheckpointReader.Open(shards.Path);
        Assert.Equal(checkpoint.WeightsDigest(), sharded.WeightsDigest());
    }

    [Fact]
    public void The_digest_sees_a_number_a_name_a_shape_a_dtype_and_the_architecture()
    {
        var digest = WeightsDigest.Of(parameters, TinyCheckpoint.Config);
        Assert.Equal(digest, WeightsDigest.Of(parameters.Reverse(), TinyCheckpoint.Config.Replace("1e-05", "0.00001", StringComparison.Ordinal).Replace("\"dtype\":\"float32\"", "\"use_cache\":true", StringComparison.Ordinal)));
        Assert.NotEqual(digest, WeightsDigest.Of(parameters, TinyCheckpoint.Config.Replace("1e-05", "1e-06", StringComparison.Ordinal)));
        Assert.NotEqual(digest, WeightsDigest.Of(parameters, TinyCheckpoint.Config, ScalarType.BFloat16));
        var embedding = parameters["model.embed_tokens.weight"];
        using var changed = tensor([1.5f, -2.0001f]);
        Assert.NotEqual(digest, WeightsDigest.Of([new("model.norm.weight", changed), new("model.embed_tokens.weight", embedding)], TinyCheckpoint.Config));
        Assert.NotEqual(digest, WeightsDigest.Of([new("model.norm.bias", parameters["model.norm.weight"]), new("model.embed_tokens.weight", embedding)], TinyCheckpoint.Config));
        using var reshaped = embedding.reshape(2, 3);
        Assert.NotEqual(digest, WeightsDigest.Of([new("model.norm.weight", parameters["model.norm.weight"]), new("model.embed_tokens.weight", reshaped)], TinyCheckpoint.Config));
    }

    [Fact]
    public void A_directory_with_content_is_never_overwritten()
    {
        Directory.CreateDirectory(folder.File("model"));
        File.WriteAllText(folder.File("model/mine.txt"), "mine");
        var error = Assert.Throws<UserErrorException>(() => CheckpointWriter.Write(folder.File("model"), parameters, Files));
        Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
        Assert.Contains("exists already", error.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Names(folder.File("model")));
    }

    [Fact]
    public void An_empty_directory_is_taken()
    {
        Directory.CreateDirectory(folder.File("model"));
        CheckpointWriter.Write(folder.File("model") + "/", parameters, Files);
        Assert.Contains("model.safetensors", Names(folder.File("model")));
    }

    [Fact]
    public void A_side_file_cannot_lead_out_of_the_directory() =>
        Assert.Throws<ArgumentException>(() => CheckpointWriter.Write(folder.File("model"), parameters, Files with { Others = new Dictionary<string, byte[]> { ["../x"] = [] } }));

    [Theory, InlineData("config.json"), InlineData("model.safetensors")]
    public void A_disk_that_fills_up_leaves_nothing_and_says_how_much_is_needed(string last)
    {
        var error = Assert.Throws<UserErrorException>(() => CheckpointWriter.Write(folder.File("model"), parameters, Files, null,
            path => Path.GetFileName(path) == last ? new FullStream() : File.Create(path)));
        CheckFull(error, folder.File("model"));
        Assert.Empty(Names(folder.Path));
    }

    [Fact]
    public void A_real_full_disk_leaves_nothing()
    {
        var mount = Directory.CreateDirectory(folder.File("small")).FullName;
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount) != 0) Assert.Skip("mounting a small disk needs root on Linux");
        try
        {
            using var large = zeros(100_000);
            var error = Assert.Throws<UserErrorException>(() => CheckpointWriter.Write(Path.Combine(mount, "model"), [new("x", large)], Files));
            CheckFull(error, Path.Combine(mount, "model"));
            Assert.Empty(Names(mount));
            CheckpointWriter.Write(Path.Combine(mount, "model"), parameters, Files); // the disk is as free as before
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private void CheckFull(UserErrorException error, string directory)
    {
        Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
        Assert.StartsWith(directory + ": the disk is full; the checkpoint needs ", error.Message, StringComparison.Ordinal);
        CheckpointWriter.Write(folder.File("whole"), parameters, Files);
        var smallest = Directory.EnumerateFiles(folder.File("whole")).Sum(file => new FileInfo(file).Length);
        var named = long.Parse(error.Message.Split("needs ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(named >= smallest, $"{named} bytes are said to be needed; a smaller checkpoint takes {smallest}");
        Directory.Delete(folder.File("whole"), recursive: true);
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    private static int Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }

    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw Full();

        public override void Write(byte[] buffer, int offset, int count) => throw Full();

        private static IOException Full() => new("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28);
    }
}
