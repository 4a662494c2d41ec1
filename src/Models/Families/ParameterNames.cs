namespace SafetyGate.Models.Families;

/// <summary>
/// What a family calls its modules in a checkpoint, without <c>.weight</c>; a module without a name does not exist. The defaults are
/// Llama's.
/// </summary>
public sealed record ParameterNames
{
    /// <summary>Token embeddings.</summary>
    public string Embedding { get; init; } = "model.embed_tokens";

    /// <summary>Learned position embeddings.</summary>
    public string? Positions { get; init; }

    /// <summary>Prefix of the layers; a layer's number follows.</summary>
    public string Layers { get; init; } = "model.layers";

    /// <summary>The norm after the last layer.</summary>
    public string FinalNorm { get; init; } = "model.norm";

    /// <summary>The head: logits of tokens, or scores of labels.</summary>
    public string Head { get; init; } = "lm_head";

    /// <summary>Query, key and value projections.</summary>
    public (string Query, string Key, string Value) QueryKeyValue { get; init; } = ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");

    /// <summary>The three in one matrix, where the file has them so.</summary>
    public string? StackedQueryKeyValue { get; init; }

    /// <summary>The attention's output projection.</summary>
    public string Output { get; init; } = "self_attn.o_proj";

    /// <summary>Norms of queries and keys, where there are any.</summary>
    public (string Query, string Key) QueryKeyNorms { get; init; } = ("self_attn.q_norm", "self_attn.k_norm");

    /// <summary>Gate of the feed-forward block; none for a block without a gate.</summary>
    public string? Gate { get; init; } = "mlp.gate_proj";

    /// <summary>First projection of the feed-forward block.</summary>
    public string Up { get; init; } = "mlp.up_proj";

    /// <summary>Gate and first projection in one matrix, where the file has them so.</summary>
    public string? StackedGateUp { get; init; }

    /// <summary>Last projection of the feed-forward block.</summary>
    public string Down { get; init; } = "mlp.down_proj";

    /// <summary>Router of a layer of experts.</summary>
    public string Router { get; init; } = "mlp.gate";

    /// <summary>Prefix of the experts; an expert's number follows.</summary>
    public string Experts { get; init; } = "mlp.experts";

    /// <summary>Projections of one expert.</summary>
    public (string Gate, string Up, string Down) Expert { get; init; } = ("gate_proj", "up_proj", "down_proj");

    /// <summary>Norm of the attention's input.</summary>
    public string? BeforeAttention { get; init; } = "input_layernorm";

    /// <summary>Norm of the attention's output.</summary>
    public string? AfterAttention { get; init; }

    /// <summary>Norm of the feed-forward block's input. Its name is Llama's: it comes after the attention.</summary>
    public string? BeforeMlp { get; init; } = "post_attention_layernorm";

    /// <summary>Norm of the feed-forward block's output.</summary>
    public string? AfterMlp { get; init; }

    /// <summary>Whether matrices of the layers are stored with their inputs first (GPT-2's Conv1D).</summary>
    public bool InputsFirst { get; init; }

    /// <summary>A module of a layer.</summary>
    public string Layer(int layer, string module) => Invariant($"{Layers}.{layer}.{module}");

    /// <summary>A projection of an expert.</summary>
    public string ExpertOf(int layer, int expert, string projection) => Layer(layer, Invariant($"{Experts}.{expert}.{projection}"));
}
