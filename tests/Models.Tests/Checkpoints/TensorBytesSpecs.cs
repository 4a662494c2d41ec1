using SafetyGate.Core;
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
        TensorBytes.Fill(copy, ScalarType.Float32, (offset, part) =>
        {
            Assert.InRange(part.Length, 1, partBytes);
            Assert.Equal(filled, offset);
            read.Skip((int)offset).Take(part.Length).ToArray().CopyTo(part);
            filled += part.Length;
        }, partBytes);
        Assert.Equal(84, filled);
        Assert.Equal(0, copy.ne(tensor).sum().item<long>());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(1 << 20)]
    public void Numbers_of_another_type_are_converted_on_their_way(int partBytes)
    {
        using var scope = NewDisposeScope();
        var stored = (randn(11) * 100).to(ScalarType.BFloat16);
        var bytes = stored.bytes.ToArray();
        foreach (var wanted in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16, ScalarType.Float16 })
        {
            var filled = zeros(11, dtype: wanted);
            TensorBytes.Fill(filled, ScalarType.BFloat16, (offset, part) => bytes.AsSpan((int)offset, part.Length).CopyTo(part), partBytes);
            Assert.Equal(0, filled.ne(stored.to(wanted)).sum().item<long>());
        }
    }

    [Fact]
    public void A_part_that_cannot_be_read_ends_the_filling_with_its_own_error()
    {
        using var tensor = zeros(8);
        Assert.Throws<UserErrorException>(() => TensorBytes.Fill(tensor, ScalarType.Float32, (offset, _) =>
        {
            if (offset > 0) throw new UserErrorException("gone");
        }, 8));
    }

    [Fact]
    public void An_empty_tensor_has_no_bytes()
    {
        using var tensor = zeros(0, 3);
        TensorBytes.Read(tensor, ScalarType.Float32, _ => Assert.Fail("There is nothing to read."));
        TensorBytes.Fill(tensor, (_, _) => Assert.Fail("There is nothing to fill."));
    }
}
