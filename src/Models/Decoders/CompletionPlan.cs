using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// A pass over prompts and their completions without padding: all tokens in one row, each prompt once; only attention is padded, in batches
/// of similar shape.
/// </summary>
/// <remarks>A completion's last token predicts nothing that is wanted, so it is not read.</remarks>
internal sealed class CompletionPlan : IForwardPlan
{
    private readonly LlamaDecoder _decoder;
    private readonly Dictionary<RopeSettings, Rotation> _rotations;
    private readonly List<AttentionBatch> _batches = [];
    private readonly Tensor _orderN;

    public CompletionPlan(LlamaDecoder decoder, CompletionInput input)
    {
        _decoder = decoder;
        var (ids, positions, predicting, rows) = (new List<long>(), new List<long>(), new List<long>(), new List<AttentionRow>());
        var starts = new int[input.Prompts.Count];
        for (var prompt = 0; prompt < starts.Length; prompt++)
        {
            starts[prompt] = ids.Count;
            Read(input.Prompts[prompt], input.Prompts[prompt].Count, prefixStart: 0, prefixCount: 0);
        }
        foreach (var (prompt, completion) in input.Completions)
        {
            var (start, length) = (starts[prompt], input.Prompts[prompt].Count);
            predicting.Add(start + length - 1);
            for (var i = 0; i < completion.Count - 1; i++) predicting.Add(ids.Count + i);
            Read(completion, completion.Count - 1, start, length);
        }
        IdsBT = Whole(ids).unsqueeze(0);
        PredictingM = Whole(predicting);
        PositionsBT = Whole(positions).unsqueeze(0);
        _rotations = Rotation.All(decoder, PositionsBT, lengthsBT: null);
        var order = new long[ids.Count];
        var cells = 0L;
        foreach (var batch in AttentionRow.Batches(rows))
        {
            _batches.Add(new AttentionBatch(decoder, batch));
            foreach (var (row, index) in batch.Select((row, index) => (row, index)))
                for (var t = 0; t < row.QueryCount; t++)
                    order[row.QueryStart + t] = cells + ((long)index * batch.Max(other => other.QueryCount)) + t;
            cells += (long)batch.Count * batch.Max(row => row.QueryCount);
        }
        _orderN = Whole(order);

        void Read(IReadOnlyList<int> tokens, int count, int prefixStart, int prefixCount)
        {
            if (count > 0) rows.Add(new AttentionRow(ids.Count, count, prefixStart, prefixCount));
            for (var i = 0; i < count; i++)
            {
                ids.Add(tokens[i]);
                positions.Add(prefixCount + i);
            }
        }
    }

    /// <summary>[1, N]: all tokens.</summary>
    public Tensor IdsBT { get; }

    /// <summary>[M]: of each completion token, where its predecessor is among the N.</summary>
    public Tensor PredictingM { get; }

    public Tensor PositionsBT { get; }

    public bool Scales => _decoder.HasFusedAttention;

    public Rotation? RotationOf(LayerPlan plan) => plan.Rope is null ? null : _rotations[plan.Rope];

    public Tensor Attend(int layer, Tensor queriesBTHE, Tensor keysBTKE, Tensor valuesBTKE)
    {
        var (queriesNHE, keysNKE, valuesNKE) = (queriesBTHE.squeeze(0), keysBTKE.squeeze(0), valuesBTKE.squeeze(0));
        var window = _decoder.Config.LayerPlans[layer].Window;
        var mixed = _batches.Select(batch => batch.Attend(queriesNHE, keysNKE, valuesNKE, window)).ToList();
        return cat(mixed, 0).index_select(0, _orderN).unsqueeze(0);
    }

    private Tensor Whole(IEnumerable<long> numbers) => tensor(numbers.ToArray(), ScalarType.Int64, _decoder.Device);
}
