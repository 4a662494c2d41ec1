namespace SafetyGate.Models.Decoders;

/// <summary>The parameters a configuration calls for, in the order transformers lists them.</summary>
internal static class ParameterShapes
{
    public const string Embedding = "model.embed_tokens.weight";
    public const string FinalNorm = "model.norm.weight";
    public const string Head = "lm_head.weight";

    public static string Layer(int layer, string rest) => Invariant($"model.layers.{layer}.{rest}");

    public static IReadOnlyList<ParameterShape> Of(DecoderConfig config)
    {
        long hidden = config.HiddenSize, vocabulary = config.VocabularySize;
        List<ParameterShape> shapes = [Matrix(Embedding, vocabulary, hidden)];
        for (var layer = 0; layer < config.Layers; layer++) AddLayer(shapes, config, layer);
        shapes.Add(Norm(FinalNorm, hidden));
        if (!config.TieWordEmbeddings) shapes.Add(Matrix(Head, vocabulary, hidden));
        return shapes;
    }

    private static void AddLayer(List<ParameterShape> shapes, DecoderConfig config, int layer)
    {
        long hidden = config.HiddenSize, wide = config.IntermediateSize;
        long queries = (long)config.Heads * config.HeadDim, keys = (long)config.KeyValueHeads * config.HeadDim;
        AddLinear("self_attn.q_proj", queries, hidden, config.QueryKeyValueBias);
        AddLinear("self_attn.k_proj", keys, hidden, config.QueryKeyValueBias);
        AddLinear("self_attn.v_proj", keys, hidden, config.QueryKeyValueBias);
        AddLinear("self_attn.o_proj", hidden, queries, config.OutputBias);
        if (config.QueryKeyNorms)
        {
            AddNorm("self_attn.q_norm", config.HeadDim);
            AddNorm("self_attn.k_norm", config.HeadDim);
        }
        AddLinear("mlp.gate_proj", wide, hidden, config.MlpBias);
        AddLinear("mlp.up_proj", wide, hidden, config.MlpBias);
        AddLinear("mlp.down_proj", hidden, wide, config.MlpBias);
        AddNorm("input_layernorm", hidden);
        AddNorm("post_attention_layernorm", hidden);
        if (config.NormsAfterBlocks)
        {
            AddNorm("pre_feedforward_layernorm", hidden);
            AddNorm("post_feedforward_layernorm", hidden);
        }

        void AddLinear(string name, long outputs, long inputs, bool bias)
        {
            shapes.Add(Matrix(Layer(layer, name + ".weight"), outputs, inputs));
            if (bias) shapes.Add(new ParameterShape(Layer(layer, name + ".bias"), [outputs], ParameterKind.Bias));
        }

        void AddNorm(string name, long size) => shapes.Add(Norm(Layer(layer, name + ".weight"), size));
    }

    private static ParameterShape Matrix(string name, long outputs, long inputs) => new(name, [outputs, inputs], ParameterKind.Matrix);

    private static ParameterShape Norm(string name, long size) => new(name, [size], ParameterKind.Norm);
}
