using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static System.FormattableString;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Steps of fixed shape against rows of growing length: the tokens are the same, recorded or not, whatever goes wrong with a recording.</summary>
public sealed class StepDecodingSpecs
{
    private static readonly SamplingOptions Warm = new() { MaxNewTokens = 40, Temperature = 1, Seed = 5 };

    private static readonly IReadOnlyList<GenerationRequest> Requests =
        [.. Enumerable.Range(0, 30).Select(i => new GenerationRequest { Key = Invariant($"item-{i}"), PromptIds = [1, .. Enumerable.Range(0, i % 7).Select(j => (i * 11 + j * 5) % 40)] })];

    public static TheoryData<string, SamplingOptions> Work()
    {
        var work = new TheoryData<string, SamplingOptions>();
        SamplingOptions[] cuts =
        [
            Warm with { Temperature = 0 }, Warm, Warm with { Temperature = 0, RepetitionPenalty = 1.3 },
            Warm with { Temperature = 1.3, TopK = 20, TopP = 0.9, MinP = 0.02, RepetitionPenalty = 1.1 },
        ];
        foreach (var family in TinyModels.Families())
            foreach (var sampling in cuts) work.Add(family.Data, sampling);
        return work;
    }

    // Families × 4 ways × 30 responses of up to 40 tokens, each three times.
    [Theory, MemberData(nameof(Work))]
    public void Steps_draw_the_tokens_of_rows(string family, SamplingOptions sampling)
    {
        using var decoder = TinyModels.Decoder(family);
        var rows = Drawn(decoder, sampling, null);
        Assert.Equal(rows, Drawn(decoder, sampling, new StepDecoding(null)));
        var recorded = new StepDecoding(new Recorder());
        Assert.Equal(rows, Drawn(decoder, sampling, recorded));
        Assert.Equal(decoder.HasFixedSteps, recorded.Confirmed > 0); // experts are picked on the host
        Assert.Null(recorded.WhyLost);
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Over_ten_thousand_tokens_of_a_trained_model_are_the_same(double temperature)
    {
        using var model = PretrainedModel.Load(ConformanceCases.Require("pocket-prototype"));
        var sampling = new SamplingOptions { MaxNewTokens = 60, Temperature = temperature, Seed = 11, SamplesPerPrompt = temperature == 0 ? 1 : 2 };
        IReadOnlyList<GenerationRequest> requests = [.. Enumerable.Range(0, temperature == 0 ? 220 : 110).Select(i => new GenerationRequest { Key = Invariant($"{i}"), PromptIds = [.. Enumerable.Range(0, 2 + (i % 13)).Select(j => 5 + (i + (j * 7)) % (model.Decoder.VocabularySize - 5))] })];
        IReadOnlyList<GeneratedSequence> Of(StepDecoding? steps) => new TokenGenerator(model.Decoder, [], 0) { Steps = steps }.Generate(requests, sampling, CancellationToken.None);
        var rows = Of(null);
        Assert.True(rows.Sum(one => one.NewIds.Count) > 10_000);
        var steps = new StepDecoding(new Recorder());
        Assert.Equal(rows.Select(Text), Of(steps).Select(Text));
        Assert.True(steps.Confirmed > 0);
    }

    // CUDA graphs themselves, where there is a GPU.
    [Fact]
    public void Over_ten_thousand_recorded_tokens_of_a_gpu_are_those_of_their_operators()
    {
        Assert.SkipUnless(cuda.is_available(), "There is no GPU here.");
        var gpu = device(DeviceType.CUDA, 0);
        Assert.SkipUnless(GraphSupport.Of(gpu).Works, GraphSupport.Of(gpu).Reason);
        foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            using var model = PretrainedModel.Load(ConformanceCases.Require("pocket-prototype"), gpu, dtype);
            IReadOnlyList<GenerationRequest> requests = [.. Enumerable.Range(0, 220).Select(i => new GenerationRequest { Key = Invariant($"{i}"), PromptIds = [.. Enumerable.Range(0, 2 + (i % 13)).Select(j => 5 + (i + (j * 7)) % (model.Decoder.VocabularySize - 5))] })];
            foreach (var temperature in (double[])[0, 1])
            {
                var sampling = new SamplingOptions { MaxNewTokens = 60, Temperature = temperature, Seed = 11 };
                List<string> Of(StepDecoding? steps) => [.. new TokenGenerator(model.Decoder, [], 0) { Steps = steps }.Generate(requests, sampling, CancellationToken.None).Select(Text)];
                var recorded = GraphSupport.DecodingOn(gpu)!;
                Assert.Equal(Of(new StepDecoding(null)), Of(recorded));
                Assert.True(recorded.Confirmed > 0);
                Assert.Null(recorded.WhyLost);
            }
        }
    }

    [Fact]
    public void Room_grows_and_finished_rows_are_dropped_on_the_way()
    {
        using var decoder = TinyModels.Decoder("qwen3", ScalarType.Float64, ("max_position_embeddings", 700));
        var sampling = Warm with { MaxNewTokens = 600 };
        var recorder = new Recorder();
        var (rows, steps) = (Drawn(decoder, sampling, null, [2, 9, 17]), Drawn(decoder, sampling, new StepDecoding(recorder), [2, 9, 17]));
        Assert.Equal(rows, steps);
        Assert.True(recorder.Recordings > 2); // 30 rows, a few, and perhaps more room
        Assert.Equal(recorder.Recordings, recorder.Disposals);
        Assert.Equal([256L, 256, 512, 300], new[] { StepBatch.Room(1, 600), StepBatch.Room(256, 600), StepBatch.Room(257, 600), StepBatch.Room(257, 300) });

        var long1 = Warm with { MaxNewTokens = 600, SamplesPerPrompt = 3 };
        IReadOnlyList<GenerationRequest> two = [Requests[0], Requests[6]];
        Assert.Equal(Drawn(decoder, long1, null, [], two), Drawn(decoder, long1, new StepDecoding(new Recorder()), [], two)); // 256, 512, the end
    }

    [Fact]
    public void A_response_by_steps_is_independent_of_its_batch()
    {
        using var decoder = TinyModels.Decoder("gemma3_text");
        var sampling = Warm with { RepetitionPenalty = 1.2, TopP = 0.95 };
        var together = Drawn(decoder, sampling, new StepDecoding(null));
        foreach (var i in (int[])[0, 5, 17, 29]) Assert.Equal(together[i], Drawn(decoder, sampling, new StepDecoding(new Recorder()), [2, 9], [Requests[i]])[0]);
        var sevens = new TokenGenerator(decoder, [2, 9], 3, new GenerationBudget { Rows = 7 }) { Steps = new StepDecoding(null) };
        Assert.Equal(together, sevens.Generate(Requests, sampling, CancellationToken.None).Select(Text));
    }

    public static TheoryData<string> Faults() => ["it cannot be entered", "nothing is recorded", "the first repetition fails", "a later repetition fails", "it does nothing", "it goes two columns", "the second repetition does nothing"];

    [Theory, MemberData(nameof(Faults))]
    public void Whatever_goes_wrong_with_a_recording_the_tokens_are_the_same(string fault)
    {
        using var decoder = TinyModels.Decoder();
        foreach (var sampling in new[] { Warm with { Temperature = 0, MaxNewTokens = 14 }, Warm with { TopK = 9, RepetitionPenalty = 1.2, MaxNewTokens = 14 } })
        {
            var reasons = new List<string>();
            var decoding = new StepDecoding(new Recorder(fault), reasons.Add);
            Assert.Equal(Drawn(decoder, sampling, null, [], [.. Requests.Take(9)]), Drawn(decoder, sampling, decoding, [], [.. Requests.Take(9)]));
            Assert.NotNull(decoding.WhyLost);
            Assert.Null(decoding.Recorder);
            Assert.Equal(decoding.WhyLost, Assert.Single(reasons));
        }
    }

    [Fact]
    public void A_trial_finds_what_is_wrong()
    {
        Assert.Null(GraphProbe.Try(CPU, ScalarType.Float32, () => new Recorder()));
        foreach (var fault in Faults()) Assert.NotNull(GraphProbe.Try(CPU, ScalarType.Float32, () => new Recorder(fault.Data)));
        Assert.Contains("other tokens", GraphProbe.Try(CPU, ScalarType.Float32, () => new Recorder("it does nothing")));
    }

    [Fact]
    public void Broken_weights_are_reported_with_the_prompt()
    {
        using var decoder = TinyModels.Decoder("llama", ScalarType.Float64, ("tie_word_embeddings", false));
        var generator = new TokenGenerator(decoder, []) { Steps = new StepDecoding(null) };
        using (no_grad()) decoder.Parameters["model.embed_tokens.weight"].narrow(0, 3, 37).fill_(double.NaN); // of tokens that the answer has and the prompt has not
        var message = Assert.Throws<Core.UserErrorException>(() => generator.Generate([Requests[0]], Warm, CancellationToken.None)).Message;
        Assert.Contains("'item-0'", message);
        Assert.Matches(@"token \d+ of the answer", message);
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var decoder = TinyModels.Decoder();
        using var scope = NewDisposeScope();
        Drawn(decoder, Warm with { SamplesPerPrompt = 3, RepetitionPenalty = 1.1 }, new StepDecoding(new Recorder()));
        Assert.Equal(0, scope.DisposablesCount);
    }

    // The padding beside a row's prompt and the numbers beyond its column decide nothing.
    [Fact]
    public void Sums_of_float32_probabilities_draw_the_tokens_of_float64_ones()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var logits = randn([400, 97], ScalarType.Float32) * 3;
        var draws = rand([400, 1], ScalarType.Float64);
        foreach (var sampling in new[] { Warm, Warm with { TopK = 7 }, Warm with { TopP = 0.8 }, Warm with { MinP = 0.1, Temperature = 0.6 } })
        {
            var (wide, narrow) = (NextTokenSampler.Ids(logits, sampling, draws, null), NextTokenSampler.Ids(logits, sampling, draws, null, ScalarType.Float32));
            Assert.Equal(wide.data<long>().ToArray(), narrow.data<long>().ToArray());
        }
    }

    private static List<string> Drawn(LlamaDecoder decoder, SamplingOptions sampling, StepDecoding? steps, int[]? eos = null, IReadOnlyList<GenerationRequest>? requests = null) =>
        [.. new TokenGenerator(decoder, eos ?? [2, 9], 3) { Steps = steps }.Generate(requests ?? Requests, sampling, CancellationToken.None).Select(Text)];

    private static string Text(GeneratedSequence one) => string.Join(' ', one.NewIds);

    /// <summary>A recorder whose repetitions call the step again, or fail in a way.</summary>
    private sealed class Recorder(string fault = "") : IStepRecorder
    {
        public int Recordings { get; private set; }

        public int Disposals { get; private set; }

        public IDisposable Enter() => fault == "it cannot be entered" ? throw new StepRecordingException(fault) : NewDisposeScope();

        public IRecordedStep Record(Action step)
        {
            if (fault == "nothing is recorded") throw new StepRecordingException(fault);
            Recordings++;
            return new Recorded(this, step);
        }

        private sealed class Recorded(Recorder owner, Action step) : IRecordedStep
        {
            private int _runs;

            public void Run()
            {
                _runs++;
                if (owner.Fault(_runs) is { } reason) throw new StepRecordingException(reason);
                if (owner.Does(_runs)) step();
                if (owner.Goes2) step();
            }

            public void Dispose() => owner.Disposals++;
        }

        private bool Goes2 => fault == "it goes two columns";

        private string? Fault(int run) => (fault, run) is ("the first repetition fails", 1) or ("a later repetition fails", 5) ? fault : null;

        private bool Does(int run) => (fault, run) is not (("it does nothing", _) or ("the second repetition does nothing", 2));
    }
}
