using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

/// <summary>A decoder whose logits are bent to ±cap, as Gemma 2 bends them, and which counts how many it was asked for at once.</summary>
internal sealed class CappedDecoder(IDecoder inner, double cap = 0) : IDecoder
{
    /// <summary>Most distributions asked for at once.</summary>
    public long MostRows { get; private set; }

    public int VocabularySize => inner.VocabularySize;

    public int MaxPositions => inner.MaxPositions;

    public ScalarType Dtype => inner.Dtype;

    public Device Device => inner.Device;

    public ParameterSet Parameters => inner.Parameters;

    public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null) => inner.Hidden(input, cache);

    public HiddenPass TrainingPass(DecoderInput input, bool recompute) => inner.TrainingPass(input, recompute);

    public HiddenPass TrainingPass(CompletionInput input, bool recompute) => inner.TrainingPass(input, recompute);

    public Tensor Logits(Tensor hiddenBTD)
    {
        MostRows = Math.Max(MostRows, hiddenBTD.numel() / hiddenBTD.shape[^1]);
        var logits = inner.Logits(hiddenBTD);
        return cap == 0 ? logits : logits.Over(cap).tanh().Times(cap);
    }

    public IDecoderCache CreateCache(long batch, long capacity) => inner.CreateCache(batch, capacity);

    public void Dispose() => inner.Dispose();
}
