using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Checkpoints;

/// <summary>Weights that are NaN or infinite: counted in every number type, wherever they lie, and refused when they are read.</summary>
public sealed class NonFiniteNumberSpecs : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The largest finite number, the smallest, a negative zero, and NaN with and without sign, both infinities; 1 to 70 numbers long.
    [Theory]
    [InlineData("F32", 4, 0x7F7FFFFFul, new[] { 0x7F800000ul, 0xFF800000ul, 0x7FC00000ul, 0xFF800001ul })]
    [InlineData("F64", 8, 0x7FEFFFFFFFFFFFFFul, new[] { 0x7FF0000000000000ul, 0xFFF0000000000000ul, 0x7FF8000000000000ul, 0xFFF0000000000001ul })]
    [InlineData("F16", 2, 0x7BFFul, new[] { 0x7C00ul, 0xFC00ul, 0x7E00ul, 0xFC01ul })]
    [InlineData("BF16", 2, 0x7F7Ful, new[] { 0x7F80ul, 0xFF80ul, 0x7FC0ul, 0xFF81ul })]
    public void Each_is_counted_wherever_it_lies(string dtype, int size, ulong largest, ulong[] broken)
    {
        var sign = 1ul << ((8 * size) - 1);
        ulong[] sound = [largest, largest | sign, 0, sign, 1, sign | 1];
        foreach (var length in (int[])[1, 7, 8, 9, 16, 33, 70])
        {
            var bytes = new byte[length * size];
            for (var i = 0; i < length; i++) Put(i, sound[i % sound.Length]);
            Assert.Equal(0L, NonFiniteNumbers.Count(bytes, TensorDtypes.FromName(dtype)!.Value));
            for (var i = 0; i < length; i++)
            {
                Put(i, broken[i % broken.Length]);
                Assert.Equal(1L, NonFiniteNumbers.Count(bytes, TensorDtypes.FromName(dtype)!.Value));
                Put(i, sound[i % sound.Length]);
            }

            for (var i = 0; i < length; i++) Put(i, broken[i % broken.Length]);
            Assert.Equal((long)length, NonFiniteNumbers.Count(bytes, TensorDtypes.FromName(dtype)!.Value));

            void Put(int at, ulong bits) => BitConverter.GetBytes(bits).AsSpan(0, size).CopyTo(bytes.AsSpan(at * size));
        }
    }

    [Theory, InlineData(ScalarType.Float32), InlineData(ScalarType.Float64)]
    public void A_tensor_with_one_is_refused_when_it_is_read(ScalarType dtype)
    {
        var tensors = TinyCheckpoint.Tensors();
        tensors[1] = TinyCheckpoint.Floats("model.norm.weight", [2], 7, float.NaN);
        TinyCheckpoint.WriteOneFile(folder, tensors);
        using var checkpoint = CheckpointReader.Open(folder.Path);
        checkpoint.Read("lm_head.weight", null, dtype).Dispose();
        var error = Assert.Throws<UserErrorException>(() => checkpoint.Read("model.norm.weight", null, dtype));
        Assert.Contains("model.safetensors: tensor 'model.norm.weight' has 1 of 2 numbers that are NaN or infinite", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        Assert.Throws<UserErrorException>(() => checkpoint.ReadAll());
        Assert.Equal((0L, 1L), (checkpoint.CountNonFinite("lm_head.weight"), checkpoint.CountNonFinite("model.norm.weight")));
    }
}
