using TorchSharp;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// Input of one forward pass: B sequences of T new tokens, after the P tokens a cache holds already (P is 0 without one).
/// </summary>
/// <remarks>The tensors are borrowed: the creator of the input disposes them. They are on the decoder's device.</remarks>
public sealed record DecoderInput
{
    /// <summary>[B, T], int64: the new tokens.</summary>
    public required torch.Tensor IdsBT { get; init; }

    /// <summary>[B, P + T], bool: true for a real token, false for padding (left or right). <c>null</c>: all are real.</summary>
    public torch.Tensor? KeepMaskBT { get; init; }

    /// <summary>
    /// [B, T] or [1, T], int64: positions of the new tokens. <c>null</c>: counted over the real tokens of each row, and of each segment,
    /// from 0.
    /// </summary>
    public torch.Tensor? PositionsBT { get; init; }

    /// <summary>
    /// [B, T], int64: a token attends only to earlier tokens with its own number (packed rows). <c>null</c>: one segment a row. Not with a
    /// cache.
    /// </summary>
    public torch.Tensor? SegmentsBT { get; init; }

    /// <summary>Noise on the embeddings, of a pass of training; <c>null</c>: none.</summary>
    public EmbeddingNoise? Noise { get; init; }
}
