using SafetyGate.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class TensorBytesSpecs
{
    [Theory]
    [InlineData(8)]
    [InlineData(12)] // not a divisor of the tensor's 84 bytes times anything
    [InlineData(84)]
    [InlineData(1 << 20)]
    public void Parts_of_any_size_are_the_same_bytes_and_none_is_larger(int partBytes)
    {
        using var scope = NewDisposeScope();
        var tensor = arange(21, dtype: ScalarType.Float32).reshape(3, 7).t();
        var (read, largest) = (new List<byte>(), 0);
        TensorBytes.Read(tensor, ScalarType.Float32, part => { read.AddRange(part); largest = Math.Max(largest, part.Length); }, partBytes);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => (float)((i % 3 * 7) + (i / 3))).SelectMany(BitConverter.GetBytes), read);
        Assert.InRange(largest, 1, partBytes);

        var (copy, filled) = (zeros(7, 3), 0L);
        TensorBytes.Fill(copy, (offset, part) =>
        {
            Assert.InRange(part.Length, 1, partBytes);
            Assert.Equal(filled, offset);
            read.Skip((int)offset).Take(part.Length).ToArray().CopyTo(part);
            filled += part.Length;
        }, partBytes);
        Assert.Equal(84, filled);
        Assert.Equal(0, copy.ne(tensor).sum().item<long>());
    }

    [Fact]
    public void An_empty_tensor_has_no_bytes()
    {
        using var tensor = zeros(0, 3);
        TensorBytes.Read(tensor, ScalarType.Float32, _ => Assert.Fail("There is nothing to read."));
        TensorBytes.Fill(tensor, (_, _) => Assert.Fail("There is nothing to fill."));
    }
}
