using SafetyGate.Models.Decoders;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Data;

/// <summary>Rows as tensors, right-padded to the longest. Owns its tensors.</summary>
/// <remarks>B rows, T tokens, N predicted tokens.</remarks>
public sealed class TokenBatch : IDisposable
{
    /// <summary>[B, T], int64: tokens, padding behind them.</summary>
    public required Tensor IdsBT { get; init; }

    /// <summary>[B, T], int64: the token itself where it is to be predicted (at the position before), else -100.</summary>
    public required Tensor LabelsBT { get; init; }

    /// <summary>[B, T], bool: true for a token, false for padding.</summary>
    public required Tensor KeepMaskBT { get; init; }

    /// <summary>[B, T], int64: positions, starting over with each sequence; 0 on padding.</summary>
    public required Tensor PositionsBT { get; init; }

    /// <summary>
    /// [B, T], int64: number of the sequence in its row, from 0, padding the number after the last; <c>null</c> when every row holds one
    /// sequence.
    /// </summary>
    public required Tensor? SegmentsBT { get; init; }

    /// <summary>[N], int64: positions of the predictions in the flattened [B·T], one before each predicted token.</summary>
    public required Tensor PredictionIndexN { get; init; }

    /// <summary>[N], int64: the predicted tokens.</summary>
    public required Tensor TargetsN { get; init; }

    /// <summary>N, tokens that are predicted.</summary>
    public required int TargetCount { get; init; }

    /// <summary>Tokens without padding.</summary>
    public required int TokenCount { get; init; }

    /// <summary>Ids of the examples in the batch.</summary>
    public required IReadOnlyList<string> ExampleIds { get; init; }

    /// <summary>Input of the decoder. The batch owns the tensors.</summary>
    /// <remarks>
    /// No keep mask: attention looks back only, so no token ever sees the padding behind it, and what padding computes is not read.
    /// </remarks>
    public DecoderInput ToDecoderInput() => SegmentsBT is null
        ? new() { IdsBT = IdsBT }
        : new() { IdsBT = IdsBT, PositionsBT = PositionsBT, SegmentsBT = SegmentsBT };

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in new[] { IdsBT, LabelsBT, KeepMaskBT, PositionsBT, SegmentsBT, PredictionIndexN, TargetsN })
            tensor?.Dispose();
    }
}
