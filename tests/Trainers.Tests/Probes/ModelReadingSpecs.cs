using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Probes;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Probes;

public sealed class ModelReadingSpecs
{
    private const double Close = 1e-5; // float32 passes of other shapes

    [Fact]
    public void The_likelihood_of_a_completion_is_the_sum_over_its_tokens_alone()
    {
        using var decoder = TinyModel.Create();
        var examples = TinyModel.Examples();
        var found = ExampleLikelihood.Of(decoder, examples, CancellationToken.None);
        for (var i = 0; i < examples.Count; i++)
        {
            using var scope = NewDisposeScope();
            using var none = no_grad();
            long[] ids = [.. examples[i].PromptIds.Concat(examples[i].CompletionIds).Select(id => (long)id)];
            var logProbs = decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = tensor(ids, [1, ids.Length]) })).log_softmax(-1).to(ScalarType.Float64);
            var sum = Enumerable.Range(examples[i].PromptIds.Count, examples[i].CompletionIds.Count).Sum(at => logProbs[0, at - 1, ids[at]].item<double>());
            Assert.Equal(sum, found[i], Close);
        }
    }
}
