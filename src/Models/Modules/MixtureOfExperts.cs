using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>
/// Feed-forward blocks of which each token goes through those that a router gives the highest probabilities; their outputs are weighted by
/// these and added, lowest expert first.
/// </summary>
/// <remarks>N tokens, X experts, P of them for a token. Source: arXiv:2401.04088, and transformers' Mixtral and Qwen3-MoE.</remarks>
internal sealed class MixtureOfExperts : IFeedForward
{
    private readonly Projection _router;
    private readonly IReadOnlyList<FeedForward> _experts;
    private readonly ExpertSettings _settings;

    public MixtureOfExperts(Projection router, IReadOnlyList<FeedForward> experts, ExpertSettings settings) =>
        (_router, _experts, _settings) = (router, experts, settings);

    public IEnumerable<Projection> Projections => _experts.SelectMany(expert => expert.Projections).Prepend(_router);

    public IEnumerable<ProjectionGroup> Groups => []; // a copy of all experts would double most of the model

    public Tensor Forward(Tensor inputBTD, bool isFrozen)
    {
        var inputND = inputBTD.reshape(-1, inputBTD.shape[^1]);
        var logitsNX = _router.Forward(inputND);
        var wide = logitsNX.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logitsNX.to(ScalarType.Float32) : logitsNX;
        var (weightsNP, pickedNP) = wide.softmax(-1).topk(_settings.PerToken, -1);
        if (_settings.NormalizesWeights) weightsNP = weightsNP / weightsNP.sum(-1, true);
        var weightsM = weightsNP.to(inputND.dtype).reshape(-1); // M = N · P
        var outputND = zeros_like(inputND);
        foreach (var (expert, cells) in CellsByExpert(pickedNP, is_grad_enabled() ? _experts.Count : 0))
        {
            var cellsC = tensor(cells, ScalarType.Int64, inputND.device);
            var rowsC = tensor(Array.ConvertAll(cells, cell => cell / _settings.PerToken), ScalarType.Int64, inputND.device);
            var changedCD = _experts[expert].Forward(inputND.index_select(0, rowsC), isFrozen: false);
            outputND = outputND.index_add(0, rowsC, changedCD * weightsM.index_select(0, cellsC).unsqueeze(-1), Scalars.Of(1L));
        }
        return outputND.view(inputBTD.shape);
    }

    // For each expert that is picked at all, where: token · P + rank. The first experts, as many as are trained, are there even if no token
    // picked them: a pass of no rows gives them the gradient 0, as one tensor of all experts has in transformers.
    private static SortedDictionary<int, long[]> CellsByExpert(Tensor pickedNP, int trained)
    {
        var picked = pickedNP.cpu().contiguous().data<long>().ToArray();
        var cells = new SortedDictionary<int, long[]>(picked.Select((expert, cell) => (Expert: (int)expert, Cell: (long)cell)).GroupBy(pair => pair.Expert)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.Cell).ToArray()));
        for (var expert = 0; expert < trained; expert++) cells.TryAdd(expert, []);
        return cells;
    }
}
