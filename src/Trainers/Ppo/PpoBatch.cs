using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Ppo;

/// <summary>A rollout with its advantages, and the updates made on it.</summary>
/// <param name="policy">The policy. Borrowed.</param>
/// <param name="value">The value model. Borrowed.</param>
/// <param name="reading">The rollout.</param>
/// <param name="advantages">Its advantages.</param>
/// <param name="options">Settings.</param>
/// <param name="step">Steps done before.</param>
/// <param name="addMetrics">Adds what is known of the rollout itself.</param>
internal sealed class PpoBatch(IDecoder policy, IDecoder value, RolloutReading reading, PpoAdvantages advantages, PpoOptions options, long step, Action<JsonObject> addMetrics)
    : ITrainingBatch
{
    // TRL's old early_stopping and Spinning Up both stop here.
    private const double StopsAbove = 1.5;

    private readonly List<UpdateFigures> _updates = [];
    private int[] _order = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> ExampleIds => [.. reading.Rows.Select(row => row.Id)];

    /// <inheritdoc/>
    public long TokenCount => reading.Rows.Sum(row => (long)row.Length) / options.NumMiniBatches;

    /// <inheritdoc/>
    public long TokensOf(int updates) => _updates.Take(updates).Sum(update => update.TokenCount);

    /// <inheritdoc/>
    public bool EndsHere => options.TargetKl is { } target && _updates[^1].ApproxKl > StopsAbove * target;

    /// <inheritdoc/>
    public double Backward(Action collect)
    {
        var (epoch, part) = Math.DivRem(_updates.Count, options.NumMiniBatches);
        if (part == 0)
        {
            _order = [.. Enumerable.Range(0, reading.Rows.Count)];
            new RandomStream(options.Seed, Invariant($"ppo/{step}/{epoch}")).Shuffle(_order);
        }

        var batches = _order.Skip(part * options.ResponsesPerUpdate).Take(options.ResponsesPerUpdate).Chunk(options.PerDeviceTrainBatchSize).ToList();
        var figures = new UpdateFigures();
        foreach (var batch in batches)
        {
            var (tokens, positions) = (batch.Sum(row => advantages.Tokens[row]), batch.Sum(row => advantages.ValuePositions[row]));
            foreach (var pass in options.Passes.Divide(batch, batch.Length, rows => rows.Sum(row => (long)reading.Rows[row].Length)))
            {
                figures = BackwardPolicy(pass, tokens, batches.Count, figures, collect);
                figures = BackwardValue(pass, positions, batches.Count, figures, collect);
                figures = figures with { TokenCount = figures.TokenCount + pass.Sum(row => (long)reading.Rows[row].Length) };
            }
        }

        _updates.Add(figures);
        return figures.PolicyLoss + (options.VfCoef * figures.ValueLoss);
    }

    /// <inheritdoc/>
    public void AddMetrics(JsonObject row)
    {
        addMetrics(row);
        row["policy/approxkl_avg"] = _updates.Average(update => update.ApproxKl);
        row["policy/clipfrac_avg"] = _updates.Average(update => update.PolicyClipFraction);
        row["loss/policy_avg"] = _updates.Average(update => update.PolicyLoss);
        row["loss/value_avg"] = _updates.Average(update => update.ValueLoss);
        row["val/clipfrac_avg"] = _updates.Average(update => update.ValueClipFraction);
        row["policy/entropy_avg"] = _updates.Average(update => update.Entropy);
        var ratio = _updates.Average(update => update.Ratio);
        row["val/ratio"] = ratio;
        if (_updates.Count > 1) row["val/ratio_var"] = _updates.Sum(update => (update.Ratio - ratio) * (update.Ratio - ratio)) / (_updates.Count - 1);
        if (options.TargetKl is not null) row["policy/updates"] = _updates.Count - (_updates.Count > 1 && EndsHere ? 1 : 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private UpdateFigures BackwardPolicy(IReadOnlyList<int> rows, int tokens, int batches, UpdateFigures figures, Action collect)
    {
        using var scope = NewDisposeScope();
        using var batch = CompletionBatch.Of([.. rows.Select(row => reading.Rows[row])], policy.Device);
        using var pass = CompletionPass.Of(batch, policy, new() { Temperature = options.Temperature, Entropies = true }, options.Passes.RecomputeLayers);
        var width = (int)batch.MaskBC.shape[1];
        using var terms = PpoLoss.Policy(batch.InRows(pass.Tokens.LogProbsN), reading.Rollout.Of(rows, width), advantages.Of(rows, width), options.Cliprange, tokens);
        pass.Backward(terms.Loss.Over(batches), collect);
        collect();
        return figures with
        {
            PolicyLoss = figures.PolicyLoss + (Number(terms.Loss) / batches),
            PolicyClipFraction = figures.PolicyClipFraction + (terms.ClipFraction / batches),
            ApproxKl = figures.ApproxKl + (terms.ApproxKl / batches),
            Ratio = figures.Ratio + (terms.Ratio / batches),
            Entropy = figures.Entropy + (Number(pass.Tokens.EntropiesN.sum()) / tokens / batches),
        };
    }

    private UpdateFigures BackwardValue(IReadOnlyList<int> rows, int positions, int batches, UpdateFigures figures, Action collect)
    {
        using var scope = NewDisposeScope();
        using var batch = CompletionBatch.Of([.. rows.Select(row => reading.ValueRow(row, advantages.ValuePositions[row]))], value.Device);
        using var pass = ValuePass.Of(batch, value, options.Passes.RecomputeLayers);
        var width = (int)batch.MaskBC.shape[1];
        using var terms = PpoLoss.Value(batch.InRows(pass.ValuesN), reading.Rollout.Of(rows, width), advantages.Of(rows, width), options.CliprangeValue, positions);
        pass.Backward(terms.Loss.Times(options.VfCoef / batches));
        collect();
        return figures with
        {
            ValueLoss = figures.ValueLoss + (Number(terms.Loss) / batches),
            ValueClipFraction = figures.ValueClipFraction + (terms.ClipFraction / batches),
        };
    }

    private static double Number(Tensor scalar) => scalar.detach().to(ScalarType.Float64).item<double>();

    /// <summary>What is known of one update.</summary>
    private sealed record UpdateFigures
    {
        public double PolicyLoss { get; init; }

        public double ValueLoss { get; init; }

        public double PolicyClipFraction { get; init; }

        public double ValueClipFraction { get; init; }

        public double ApproxKl { get; init; }

        public double Ratio { get; init; }

        public double Entropy { get; init; }

        public long TokenCount { get; init; }
    }
}
