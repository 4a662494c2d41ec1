using System.Runtime.InteropServices;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>Blocks of a large vocabulary's size are mapped by themselves, and so given back as soon as they are freed.</summary>
public sealed class LargeBlockSpecs
{
    private const nuint Size = 12 << 20;
    private const int Blocks = 512;

    [Fact]
    public void After_a_model_of_a_large_vocabulary_was_made_large_blocks_are_mapped_by_themselves()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the C library of Linux keeps freed blocks");
        Assert.SkipUnless(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_")), "the environment has decided");
        var config = DecoderConfig.ParseText("""{"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 16384, "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "max_position_embeddings": 8, "hidden_act": "silu", "rms_norm_eps": 1e-6}""", "config.json");
        using var decoder = DecoderFactory.Create(config, seed: 1);
        Free(Allocate(30 << 20)); // glibc would take blocks of up to 30 MiB from its heap from now on
        // What other tests freed before may still lie in the heap and is taken first, so only the last of many blocks tell. They are not written
        // to, so they take addresses but no memory.
        nint[] blocks = [.. Enumerable.Range(0, Blocks).Select(_ => Allocate(Size))];
        // A block that is mapped by itself begins behind its 16 bytes of header in a page of its own.
        Assert.All(blocks[^8..], block => Assert.Equal(16, block % Environment.SystemPageSize));
        foreach (var block in blocks) Free(block);
    }

    [DllImport("libc", EntryPoint = "malloc")]
    private static extern nint Allocate(nuint size);

    [DllImport("libc", EntryPoint = "free")]
    private static extern void Free(nint block);
}
