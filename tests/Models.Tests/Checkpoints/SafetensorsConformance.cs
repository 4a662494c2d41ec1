using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class SafetensorsConformance
{
    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in ConformanceCases.Files("safetensors", "*.jsonl"))
        {
            if (row.Data.Length == 0) continue;
            foreach (var line in ConformanceCases.Lines(row.Data)) data.Add(row.Data, line.GetProperty("id").GetString()!);
        }

        if (data.Count == 0) data.Add("", "");
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_file_is_read_or_refused_as_the_reference_reader_does(string file, string id)
    {
        var line = ConformanceCases.Lines(file).Single(line => line.GetProperty("id").GetString() == id);
        ConformanceLog.Compared(file, id);
        using var folder = new TemporaryFolder();
        var bytes = line.GetProperty("base64").GetBytesFromBase64();
        var path = folder.Write("case.safetensors", bytes);
        if (!line.GetProperty("accepted").GetBoolean() || line.GetProperty("cat").GetString() == "duplicate-tensor")
        {
            var error = Assert.Throws<UserErrorException>(() => SafetensorsFile.Open(path).Dispose());
            Assert.StartsWith(path + ": not a valid safetensors file: ", error.Message, StringComparison.Ordinal);
            Assert.Equal(GateExitCode.BadInput, error.ExitCode);
            return;
        }

        using var opened = SafetensorsFile.Open(path);
        var expected = line.GetProperty("tensors").EnumerateObject().ToArray();
        Assert.Equal(expected.Length, opened.Entries.Count);
        foreach (var tensor in expected)
        {
            var entry = opened.Find(tensor.Name);
            Assert.NotNull(entry);
            Assert.Equal(tensor.Value.GetProperty("dtype").GetString(), entry.Dtype);
            Assert.Equal(tensor.Value.GetProperty("shape").Deserialize<long[]>(), entry.Shape);
            Assert.Equal(tensor.Value.GetProperty("bytes").GetInt64(), entry.ByteCount);
            var start = bytes.Length - (int)opened.Entries[^1].End + (int)entry.Begin; // the data ends with the file
            Assert.Equal(bytes[start..(start + (int)entry.ByteCount)], opened.ReadBytes(tensor.Name));
        }
    }
}
