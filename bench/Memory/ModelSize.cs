namespace SafetyGate.MemoryBench;

/// <summary>A random-weight Llama with tied embeddings.</summary>
/// <param name="Name">Its name on the page.</param>
/// <param name="Vocabulary">Tokens of the vocabulary.</param>
/// <param name="Hidden">Features of a hidden state.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Intermediate">Width of the feed-forward block.</param>
internal sealed record ModelSize(string Name, int Vocabulary, int Hidden, int Layers, int Intermediate)
{
    /// <summary>The sizes that are measured.</summary>
    public static IReadOnlyList<ModelSize> All { get; } =
    [
        new("25M-150k", 150_000, 160, 4, 448),
        new("42M-32k", 32_000, 512, 8, 1536),
    ];

    /// <summary>The model's <c>config.json</c>.</summary>
    public string ConfigJson => FormattableString.Invariant($$"""
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": {{Vocabulary}}, "hidden_size": {{Hidden}}, "intermediate_size": {{Intermediate}},
         "num_hidden_layers": {{Layers}}, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": {{Hidden / 4}}, "max_position_embeddings": 2048, "rms_norm_eps": 1e-6,
         "rope_theta": 10000.0, "hidden_act": "silu", "attention_bias": false, "mlp_bias": false, "tie_word_embeddings": true, "bos_token_id": 1, "eos_token_id": 2,
         "torch_dtype": "float32", "initializer_range": 0.02}
        """);
}
