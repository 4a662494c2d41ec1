using System.Collections.Concurrent;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Generation;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>A table of a few numbers is drawn from on the caller's thread; threads of their own cost more than its steps.</summary>
public sealed class TinyDecoderSpecs
{
    [Theory]
    [InlineData(8, true)]
    [InlineData(5000, false)]
    public void Only_more_than_a_few_numbers_are_worth_threads(int numbers, bool here)
    {
        Assert.SkipWhen(!here && (get_num_threads() < 2 || TensorEngine.Started.LimitThreads is null), "The engine has one thread, or its operators' threads cannot be limited.");
        using var decoder = new Watched(numbers);
        IReadOnlyList<GenerationRequest> all = [.. Enumerable.Range(0, 64).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [1] })];
        var drawn = new TokenGenerator(decoder, [0]).Generate(all, new SamplingOptions { MaxNewTokens = 3, Temperature = 1, Seed = 2 }, CancellationToken.None);
        Assert.Equal(64, drawn.Count);
        Assert.Equal(here, decoder.Threads.Keys.SequenceEqual([Environment.CurrentManagedThreadId]));
    }

    // Every token is equally likely everywhere.
    private sealed class Watched : IDecoder
    {
        private const int Tokens = 8;

        public Watched(int numbers) => Parameters.Add("table.weight", zeros([numbers], ScalarType.Float64));

        public ConcurrentDictionary<int, bool> Threads { get; } = [];

        public int VocabularySize => Tokens;

        public int MaxPositions => int.MaxValue;

        public ScalarType Dtype => ScalarType.Float64;

        public Device Device => CPU;

        public ParameterSet Parameters { get; } = new();

        public Tensor Hidden(DecoderInput input, IDecoderCache? cache = null)
        {
            Threads[Environment.CurrentManagedThreadId] = true;
            return zeros([.. input.IdsBT.shape, 1], Dtype);
        }

        public Tensor Logits(Tensor hiddenBTD) => zeros([.. hiddenBTD.shape[..^1], Tokens], Dtype);

        public IDecoderCache CreateCache(long batch, long capacity) => new Nothing(batch, capacity);

        public void Dispose() => Parameters.Dispose();

        private sealed class Nothing(long batch, long capacity) : IDecoderCache
        {
            public long Batch { get; private set; } = batch;

            public long Length => 0;

            public long Capacity => capacity;

            public void SelectRows(Tensor rowsR) => Batch = rowsR.shape[0];

            public void Dispose() { }
        }
    }
}
