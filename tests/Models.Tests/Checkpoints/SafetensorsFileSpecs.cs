using System.Buffers.Binary;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class SafetensorsFileSpecs : IDisposable
{
    private static readonly Dictionary<string, string> NoMetadata = [];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        SafetensorsSource[] tensors =
        [
            SafetensorsSource.FromBytes("b", "F16", [2], [1, 2, 3, 4]),
            SafetensorsSource.FromBytes("a", "F32", [1, 2], [5, 6, 7, 8, 9, 10, 11, 12]),
            SafetensorsSource.FromBytes("scalar \"é\"", "U8", [], [13]),
            SafetensorsSource.FromBytes("nothing", "F32", [3, 0], []),
        ];
        using var file = SafetensorsFile.Open(folder.Write("x.safetensors", Written(tensors, new() { ["format"] = "pt" })));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(4, file.Entries.Count);
        foreach (var tensor in tensors)
        {
            var entry = file.Find(tensor.Name)!;
            Assert.Equal((tensor.Dtype, tensor.Name), (entry.Dtype, entry.Name));
            Assert.Equal(tensor.Shape, entry.Shape);
        }

        Assert.Equal([5, 6, 7, 8, 9, 10, 11, 12], file.ReadBytes("a"));
        Assert.Equal([13], file.ReadBytes("scalar \"é\""));
        var part = new byte[2];
        file.Read(file.Find("a")!, 6, part);
        Assert.Equal([11, 12], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(file.Find("a")!, 7, part));
    }

    [Fact]
    public void The_order_of_the_tensors_does_not_change_the_file()
    {
        SafetensorsSource[] tensors = [SafetensorsSource.FromBytes("a", "F16", [1], [1, 2]), SafetensorsSource.FromBytes("b", "F32", [1], [3, 4, 5, 6]), SafetensorsSource.FromBytes("c", "F32", [0], [])];
        Assert.Equal(Written(tensors, NoMetadata), Written([.. tensors.Reverse()], NoMetadata));
        Assert.Equal(Written(tensors, NoMetadata).Length, SafetensorsWriter.ByteCount(tensors, NoMetadata));
    }

    [Fact]
    public void A_source_that_writes_too_little_is_a_bug_that_is_seen()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Written([SafetensorsSource.FromBytes("a", "F32", [2], [1, 2, 3, 4])], NoMetadata));
        Assert.Contains("wrote 4 bytes; its shape and dtype require 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_not_written() =>
        Assert.Throws<ArgumentException>(() => Written([SafetensorsSource.FromBytes("a", "U8", [], [1]), SafetensorsSource.FromBytes("a", "U8", [], [2])], NoMetadata));

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var whole = Written([SafetensorsSource.FromBytes("a", "F32", [2], [1, 2, 3, 4, 5, 6, 7, 8])], new() { ["format"] = "pt" });
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write("cut.safetensors", whole[..length]);
            Assert.Throws<UserErrorException>(() => SafetensorsFile.Open(path).Dispose());
        }
    }

    [Fact]
    public void A_truncated_file_is_refused_with_both_sizes()
    {
        var whole = Written([SafetensorsSource.FromBytes("a", "F32", [2], [1, 2, 3, 4, 5, 6, 7, 8])], NoMetadata);
        Assert.Contains("the tensors need 8 bytes of data, but the file has 5 (it is truncated)", Refusal(whole[..^3]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1000L, "the header claims 1000 bytes, but only 2 follow")]
    [InlineData(100_000_001L, "at most 100000000 are allowed")]
    [InlineData(-1L, "at most 100000000 are allowed")]
    [InlineData(long.MinValue, "at most 100000000 are allowed")]
    public void A_header_longer_than_the_file_is_refused(long claimed, string said)
    {
        var bytes = new byte[10];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, claimed);
        Encoding.ASCII.GetBytes("{}").CopyTo(bytes, 8);
        Assert.Contains(said, Refusal(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "starts at byte 4 of the data, but the tensors before it end at 0 (a hole)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "(an overlap)")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "leftover bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "shape [3] of F32 needs 12 bytes, but 'data_offsets' give it 8")]
    [InlineData("""{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown dtype 'F31'")]
    [InlineData("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}""", 1, "4 bits of F4 do not end at a byte")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'a' occurs twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "has no 'data_offsets'")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "'__metadata__' key 'k' is not a string")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "'__metadata__' occurs twice")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid Unicode")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}""", 0, "larger than any file")]
    public void A_lying_header_is_refused_with_what_is_wrong(string header, int dataLength, string said)
    {
        var bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        Encoding.ASCII.GetBytes(header).CopyTo(bytes, 8);
        Assert.Contains(said, Refusal(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains(folder.File("none.safetensors"), Assert.Throws<UserErrorException>(() => SafetensorsFile.Open(folder.File("none.safetensors"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_directory_in_place_of_the_file_is_refused() => Assert.Throws<UserErrorException>(() => SafetensorsFile.Open(folder.Path));

    private string Refusal(byte[] bytes)
    {
        var path = folder.Write("refused.safetensors", bytes);
        return Assert.Throws<UserErrorException>(() => SafetensorsFile.Open(path).Dispose()).Message;
    }

    private static byte[] Written(SafetensorsSource[] tensors, Dictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
