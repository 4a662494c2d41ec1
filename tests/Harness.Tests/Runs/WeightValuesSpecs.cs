using System.Buffers.Binary;
using System.Text;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class WeightValuesSpecs : IDisposable
{
    private static readonly float[] Norm = [1, -2, 0.5f], Matrix = [.. Enumerable.Range(0, 6).Select(i => (i - 2) / 4f)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, bool> Cases() => new()
    {
        { "same", true }, { "renamed", true }, { "sharded", true }, { "bf16", true }, { "f16", true }, { "f64", true }, { "names", true },
        { "adapter", true }, { "tied", true }, { "frequencies", true },
        { "tuned", false }, { "tuned-f64", false }, { "shape", false }, { "missing", false }, { "more", false }, { "cut", false },
        { "nothing", false }, { "adapter-alone", false }, { "no-folder", false }, { "nonsense", false },
    };

    [Theory, MemberData(nameof(Cases))]
    public void The_values_count_and_not_files_names_or_number_types(string name, bool same)
    {
        var (reference, tuned) = (_folder["reference"], _folder[name + "-run"]);
        Write(reference, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix));
        switch (name)
        {
            case "same": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix)); break;
            case "renamed": Write(tuned, "weights-v2.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix)); break;
            case "sharded": Write(tuned, "model-1.safetensors", ("matrix", "F32", [2, 3], Matrix)); Write(tuned, "model-2.safetensors", ("norm", "F32", [3], Norm)); break;
            case "bf16" or "f16" or "f64": Write(tuned, "model.safetensors", ("norm", name.ToUpperInvariant(), [3], Norm), ("matrix", name.ToUpperInvariant(), [2, 3], Matrix)); break;
            case "names": Write(tuned, "model.safetensors", ("base_model.norm", "F32", [3], Norm), ("base_model.matrix", "F32", [2, 3], Matrix)); break;
            case "adapter": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix)); Write(tuned, "adapter_model.safetensors", ("lora_A", "F32", [1, 3], Norm)); break;
            case "tied": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix), ("lm_head", "F32", [2, 3], Matrix)); break;
            case "frequencies": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix), ("rotary_emb.inv_freq", "F32", [2], [1, 2])); break;
            case "tuned": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], [.. Matrix[..5], MathF.BitIncrement(Matrix[5])])); break;
            case "tuned-f64": Write(tuned, "model.safetensors", ("norm", "F64+", [3], Norm), ("matrix", "F64", [2, 3], Matrix)); break;
            case "shape": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [3, 2], Matrix)); break;
            case "missing": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm)); break;
            case "more": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix), ("value_head", "F32", [1, 3], Norm)); break;
            case "cut": Write(tuned, "model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix)); File.WriteAllBytes(Path.Combine(tuned, "model.safetensors"), File.ReadAllBytes(Path.Combine(tuned, "model.safetensors"))[..^1]); break;
            case "nothing": Directory.CreateDirectory(tuned); break;
            case "adapter-alone": Write(tuned, "adapter_model.safetensors", ("norm", "F32", [3], Norm), ("matrix", "F32", [2, 3], Matrix)); break;
            case "nonsense": Directory.CreateDirectory(tuned); File.WriteAllText(Path.Combine(tuned, "model.safetensors"), "nonsense, and more of it"); break;
        }

        Assert.Equal(same, WeightValues.AreSame(tuned, reference));
        Assert.Equal(same, WeightValues.AreSame(reference, tuned));
    }

    private static void Write(string folder, string file, params (string Name, string Dtype, long[] Shape, float[] Values)[] tensors)
    {
        Directory.CreateDirectory(folder);
        var (data, heads) = (new MemoryStream(), new List<string>());
        foreach (var (name, dtype, shape, values) in tensors)
        {
            var from = data.Length;
            foreach (var value in values) data.Write(Bytes(dtype, value));
            heads.Add($$"""
                "{{name}}":{"dtype":"{{dtype.TrimEnd('+')}}","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{from}},{{data.Length}}]}
                """);
        }

        var header = Encoding.UTF8.GetBytes("{" + string.Join(',', heads) + "}");
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        File.WriteAllBytes(Path.Combine(folder, file), [.. prefix, .. header, .. data.ToArray()]);
    }

    private static byte[] Bytes(string dtype, float value) => dtype switch
    {
        "BF16" => BitConverter.GetBytes((short)(BitConverter.SingleToInt32Bits(value) >> 16)),
        "F16" => BitConverter.GetBytes((Half)value),
        "F64" => BitConverter.GetBytes((double)value),
        "F64+" => BitConverter.GetBytes(Math.BitIncrement((double)value)),
        _ => BitConverter.GetBytes(value),
    };
}
