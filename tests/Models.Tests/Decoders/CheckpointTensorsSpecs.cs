using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Weights that do not fit the configuration are refused, never half used; those that do come back to the bit.</summary>
public sealed class CheckpointTensorsSpecs : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("safetygate-decoder-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_missing_tensor_is_named() =>
        Assert.Contains("'model.layers.1.mlp.up_proj.weight'", Refusal(tensors => tensors.Remove("model.layers.1.mlp.up_proj.weight")));

    [Fact]
    public void A_tensor_of_another_shape_is_named_with_both_shapes()
    {
        var message = Refusal(tensors => tensors["model.norm.weight"] = zeros(25));
        Assert.Contains("'model.norm.weight'", message);
        Assert.Contains("25", message);
        Assert.Contains("24", message);
    }

    [Fact]
    public void A_tensor_without_a_place_is_named() =>
        Assert.Contains("'model.layers.0.self_attn.q_norm.weight'", Refusal(tensors => tensors["model.layers.0.self_attn.q_norm.weight"] = zeros(6)));

    [Fact]
    public void Weights_are_converted_to_the_number_type_asked_for()
    {
        Write(TinyModels.Config(), Sound(TinyModels.Config()), ScalarType.BFloat16);
        using var wide = DecoderFactory.Load(_directory + "/model", dtype: ScalarType.Float64);
        using var plain = DecoderFactory.Load(_directory + "/model");
        Assert.All(wide.Parameters.Values, parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.All(plain.Parameters.Values, parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Theory]
    [InlineData("llama"), InlineData("gemma3_text"), InlineData("qwen3")]
    public void A_written_decoder_loads_with_the_same_logits_to_the_bit(string family)
    {
        using var scope = NewDisposeScope();
        using var noGradients = no_grad();
        using var decoder = TinyModels.Decoder(family, ScalarType.Float32);
        Write(decoder.Config, decoder.Parameters, null);
        using var loaded = DecoderFactory.Load(_directory + "/model");
        Assert.Equal(decoder.Parameters.Keys, loaded.Parameters.Keys);
        var input = new DecoderInput { IdsBT = Numbers.Ids([1, 5, 9, 30, 2, 7]) };
        Assert.Equal(Numbers.Of(decoder.Logits(decoder.Hidden(input))), Numbers.Of(loaded.Logits(loaded.Hidden(input))));
    }

    private string Refusal(Action<Dictionary<string, Tensor>> spoil)
    {
        var config = TinyModels.Config();
        var tensors = Sound(config);
        spoil(tensors);
        Write(config, tensors, null);
        var problem = Assert.Throws<UserErrorException>(() => DecoderFactory.Load(_directory + "/model"));
        Assert.Contains("model.safetensors", problem.Message);
        Assert.Equal(GateExitCode.BadInput, problem.ExitCode);
        return problem.Message;
    }

    private void Write(DecoderConfig config, IEnumerable<KeyValuePair<string, Tensor>> tensors, ScalarType? dtype) =>
        CheckpointWriter.Write(_directory + "/model", tensors, new CheckpointFiles { ConfigJson = config.Raw.ToJsonString() }, dtype);

    private static Dictionary<string, Tensor> Sound(DecoderConfig config) =>
        DecoderFactory.Shapes(config).ToDictionary(shape => shape.Name, shape => zeros([.. shape.Shape]), StringComparer.Ordinal);
}
