using SafetyGate.Models.Families;
using SafetyGate.Models.Modules;

namespace SafetyGate.Models.Decoders;

/// <summary>The modules of one layer, over weights borrowed from the decoder's parameter set.</summary>
internal sealed class DecoderLayer
{
    public DecoderLayer(DecoderConfig config, ParameterSet parameters, int layer)
    {
        Plan = config.LayerPlans[layer];
        var names = config.Names;
        long queries = (long)config.Heads * config.HeadDim, keys = (long)config.KeyValueHeads * config.HeadDim;
        var (query, key, value) = names.QueryKeyValue;
        QueryKeyValue = names.StackedQueryKeyValue is { } stacked
            ? new(Linear(stacked), queries, keys, keys)
            : new([Linear(query), Linear(key), Linear(value)]);
        Output = Linear(names.Output);
        if (config.QueryKeyNorms != QueryKeyNormKind.None) (QueryNorm, KeyNorm) = (NormOf(names.QueryKeyNorms.Query), NormOf(names.QueryKeyNorms.Key));
        FeedForward = Plan.Experts is { } experts ? Mixture(experts) : Dense();
        (BeforeAttention, AfterAttention) = (NormOf(names.BeforeAttention), NormOf(names.AfterAttention));
        (BeforeMlp, AfterMlp) = (NormOf(names.BeforeMlp), NormOf(names.AfterMlp));

        Projection Linear(string module) => LinearAt(names.Layer(layer, module));
        Projection LinearAt(string name) => new(name, parameters[name + ".weight"], parameters.GetValueOrDefault(name + ".bias"), names.InputsFirst);
        Norm? NormOf(string? module) => module is null
            ? null
            : new Norm(config, parameters[names.Layer(layer, module) + ".weight"], parameters.GetValueOrDefault(names.Layer(layer, module) + ".bias"));
        FeedForward Dense()
        {
            long wide = config.IntermediateSize;
            var inputs = names.StackedGateUp is { } gateUp ? new ProjectionGroup(Linear(gateUp), wide, wide)
                : names.Gate is { } gate ? new([Linear(gate), Linear(names.Up)]) : new([Linear(names.Up)]);
            return new(inputs, Linear(names.Down), config.Activation);
        }
        FeedForward Expert(int expert)
        {
            Projection Of(string projection) => LinearAt(names.ExpertOf(layer, expert, projection));
            return new(new([Of(names.Expert.Gate), Of(names.Expert.Up)]), Of(names.Expert.Down), config.Activation);
        }
        MixtureOfExperts Mixture(ExpertSettings experts) =>
            new(Linear(names.Router), [.. Enumerable.Range(0, experts.Count).Select(Expert)], experts);
    }

    public LayerPlan Plan { get; }
    public ProjectionGroup QueryKeyValue { get; }
    public Projection Output { get; }
    public Norm? QueryNorm { get; }
    public Norm? KeyNorm { get; }
    public IFeedForward FeedForward { get; }
    public Norm? BeforeAttention { get; }
    public Norm? AfterAttention { get; }
    public Norm? BeforeMlp { get; }
    public Norm? AfterMlp { get; }

    /// <summary>The projections in the order transformers lists them.</summary>
    public IEnumerable<Projection> Projections => QueryKeyValue.Parts.Append(Output).Concat(FeedForward.Projections);

    /// <summary>Those of them that are stacked while weights are frozen.</summary>
    public IEnumerable<ProjectionGroup> Groups => FeedForward.Groups.Prepend(QueryKeyValue);
}
