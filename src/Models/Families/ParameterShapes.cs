namespace SafetyGate.Models.Families;

/// <summary>The parameters a configuration calls for, in the order transformers lists them.</summary>
internal static class ParameterShapes
{
    public static IReadOnlyList<ParameterShape> Of(DecoderConfig config)
    {
        var list = new List(config);
        list.Matrix(config.Names.Embedding, config.VocabularySize, config.HiddenSize);
        if (config.Names.Positions is { } positions) list.Matrix(positions, config.MaxPositions, config.HiddenSize);
        for (var layer = 0; layer < config.Layers; layer++) AddLayer(list, layer);
        list.Norm(config.Names.FinalNorm, config.HiddenSize);
        if (config.Labels is { } labels) list.Matrix(config.Names.Head, labels, config.HiddenSize);
        else if (!config.TieWordEmbeddings) list.Matrix(config.Names.Head, config.VocabularySize, config.HiddenSize);
        return list.Shapes;
    }

    private static void AddLayer(List list, int layer)
    {
        var (config, names) = (list.Config, list.Config.Names);
        long hidden = config.HiddenSize, wide = config.IntermediateSize;
        long queries = (long)config.Heads * config.HeadDim, keys = (long)config.KeyValueHeads * config.HeadDim;
        if (names.StackedQueryKeyValue is { } stacked)
        {
            Linear(stacked, queries + (2 * keys), hidden, config.QueryKeyValueBias);
        }
        else
        {
            Linear(names.QueryKeyValue.Query, queries, hidden, config.QueryKeyValueBias);
            Linear(names.QueryKeyValue.Key, keys, hidden, config.QueryKeyValueBias);
            Linear(names.QueryKeyValue.Value, keys, hidden, config.QueryKeyValueBias);
        }
        Linear(names.Output, hidden, queries, config.OutputBias);
        if (config.QueryKeyNorms != QueryKeyNormKind.None)
        {
            var whole = config.QueryKeyNorms == QueryKeyNormKind.WholeProjection;
            Norm(names.QueryKeyNorms.Query, whole ? queries : config.HeadDim);
            Norm(names.QueryKeyNorms.Key, whole ? keys : config.HeadDim);
        }
        if (config.LayerPlans[layer].Experts is { } experts)
        {
            Linear(names.Router, experts.Count, hidden, bias: false);
            for (var expert = 0; expert < experts.Count; expert++)
            {
                list.Matrix(names.ExpertOf(layer, expert, names.Expert.Gate), experts.IntermediateSize, hidden);
                list.Matrix(names.ExpertOf(layer, expert, names.Expert.Up), experts.IntermediateSize, hidden);
                list.Matrix(names.ExpertOf(layer, expert, names.Expert.Down), hidden, experts.IntermediateSize);
            }
        }
        else
        {
            if (names.StackedGateUp is { } gateUp) Linear(gateUp, 2 * wide, hidden, config.MlpBias);
            if (names.StackedGateUp is null && names.Gate is { } gate) Linear(gate, wide, hidden, config.MlpBias);
            if (names.StackedGateUp is null) Linear(names.Up, wide, hidden, config.MlpBias);
            Linear(names.Down, hidden, wide, config.MlpBias);
        }
        foreach (var norm in (string?[])[names.BeforeAttention, names.AfterAttention, names.BeforeMlp, names.AfterMlp])
            if (norm is not null) Norm(norm, hidden);

        void Linear(string module, long outputs, long inputs, bool bias) => list.Linear(names.Layer(layer, module), outputs, inputs, bias);
        void Norm(string module, long size) => list.Norm(names.Layer(layer, module), size);
    }

    private sealed class List(DecoderConfig config)
    {
        private readonly List<ParameterShape> _shapes = [];

        public DecoderConfig Config => config;

        public IReadOnlyList<ParameterShape> Shapes => _shapes;

        public void Matrix(string module, long rows, long columns) => _shapes.Add(new(module + ".weight", [rows, columns], ParameterKind.Matrix));

        public void Linear(string module, long outputs, long inputs, bool bias)
        {
            if (config.Names.InputsFirst) Matrix(module, inputs, outputs);
            else Matrix(module, outputs, inputs);
            if (bias) _shapes.Add(new(module + ".bias", [outputs], ParameterKind.Bias));
        }

        public void Norm(string module, long size)
        {
            _shapes.Add(new(module + ".weight", [size], ParameterKind.Norm));
            if (config.Norm == NormKind.Layer) _shapes.Add(new(module + ".bias", [size], ParameterKind.Bias));
        }
    }
}
