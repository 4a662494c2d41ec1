using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Grpo;

public sealed class UpdateBatchSpecs
{
    // TRL's RLOO sums the KL over the completion mask, which is 0 for a truncated response where such are masked.
    [Theory]
    [InlineData(true, null), InlineData(true, 1), InlineData(false, null)]
    public void A_truncated_response_that_is_masked_has_no_kl_in_its_reward(bool masks, int? rowsOfAPass)
    {
        var options = GrpoOptions.For(GrpoMode.Rloo, 1, 0.1, 7) with { NumGenerations = 3, PromptsPerStep = 1, MaxCompletionLength = 3, MaskTruncatedCompletions = masks, MicroBatchRows = rowsOfAPass };
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(dtype: ScalarType.Float64);
        using (no_grad()) foreach (var parameter in reference.Parameters.Values) parameter.mul_(1.3);
        int[][] responses = [[4, 5, 2], [6, 7, 8], [9, 2]];
        var prompt = new RolloutPrompt(new BenchmarkItem { Id = "one", Prompt = "1" }, [1, 3]);
        var group = new RolloutGroup(prompt, [.. responses.Select((ids, i) => new GeneratedSequence { Key = "one", Sample = i, NewIds = ids, FinishReason = ids[^1] == 2 ? FinishReason.Stop : FinishReason.Length })],
            [[1.0], [0.0], [1.0]]);
        using var update = UpdateBatch.Of([group], policy, reference, options);

        double[] expected = [.. responses.Select((ids, i) => masks && i == 1 ? 0 : LogProb(policy, ids) - LogProb(reference, ids))];
        for (var row = 0; row < responses.Length; row++) Near.Equal(expected[row], update.KlSums![row], Near.Float64, Invariant($"row {row}"));
        Near.Equal(expected.Sum() / (masks ? 2 : 3), update.MeanKl!.Value, Near.Float64, "mean");
        Assert.NotEqual(0, LogProb(policy, responses[1]) - LogProb(reference, responses[1]), 3);

        double LogProb(IDecoder decoder, int[] ids)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            using var batch = CompletionBatch.Of([new TokenExample { Id = "one", PromptIds = prompt.PromptIds, CompletionIds = ids }], CPU);
            using var tokens = batch.LogProbs(decoder, batch.Hidden(decoder), new TokenQuery());
            return tokens.LogProbsN.sum().item<double>();
        }
    }

    // On-policy every ratio is 1: the loss is −Σ advantage · tokens over the responses that count, (3 · 1 + 2 · 0.5) / 5 here. A response that is
    // left out has no part in the divisor either.
    [Theory]
    [InlineData(true, null, -0.8), InlineData(true, 1, -0.8), InlineData(false, null, 0.25), InlineData(false, 1, 0.25)]
    public void A_loss_over_tokens_is_divided_by_those_that_count(bool masks, int? rowsOfAPass, double expected)
    {
        var options = GrpoOptions.For(GrpoMode.Rlvr, 1, 0.1, 7) with { LossType = GrpoLossType.Dapo, Beta = 0, NumGenerations = 3, PromptsPerStep = 1, MaxCompletionLength = 3, MaskTruncatedCompletions = masks, MicroBatchRows = rowsOfAPass };
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        int[][] responses = [[4, 5, 2], [6, 7, 8], [9, 2]];
        var prompt = new RolloutPrompt(new BenchmarkItem { Id = "one", Prompt = "1" }, [1, 3]);
        var group = new RolloutGroup(prompt, [.. responses.Select((ids, i) => new GeneratedSequence { Key = "one", Sample = i, NewIds = ids, FinishReason = ids[^1] == 2 ? FinishReason.Stop : FinishReason.Length })],
            [[1.0], [0.0], [1.0]]);
        policy.Parameters.RequireGradients(true);
        using var update = UpdateBatch.Of([group], policy, null, options);
        Near.Equal(expected, update.Backward(policy, [1, -2, 0.5], options, new MetricAverages(), () => { }), Near.Float64, "loss");
    }

    // The policy that is trained is the one that was drawn from, softmax(logits / T); TRL divides the logits in the same way.
    [Theory]
    [InlineData(null), InlineData(1)]
    public void Kl_and_loss_are_of_the_policy_at_the_temperature_of_the_draw(int? rowsOfAPass)
    {
        const double temperature = 2;
        var options = GrpoOptions.For(GrpoMode.Reinforce, 1, 0.1, 7) with { Temperature = temperature, NumGenerations = 3, PromptsPerStep = 1, MaxCompletionLength = 3, MicroBatchRows = rowsOfAPass };
        using var policy = TinyModel.Create(dtype: ScalarType.Float64);
        using var reference = TinyModel.Create(dtype: ScalarType.Float64);
        using (no_grad()) foreach (var parameter in reference.Parameters.Values) parameter.mul_(1.3);
        int[][] responses = [[4, 5, 2], [6, 7, 8], [9, 2]];
        double[] advantages = [1, -2, 0.5];
        var prompt = new RolloutPrompt(new BenchmarkItem { Id = "one", Prompt = "1" }, [1, 3]);
        var group = new RolloutGroup(prompt, [.. responses.Select((ids, i) => new GeneratedSequence { Key = "one", Sample = i, NewIds = ids, FinishReason = FinishReason.Stop })],
            [[1.0], [0.0], [1.0]]);
        double[] ofPolicy = [.. responses.Select(ids => LogProb(policy, ids))], ofReference = [.. responses.Select(ids => LogProb(reference, ids))];
        policy.Parameters.RequireGradients(true);
        using var update = UpdateBatch.Of([group], policy, reference, options);
        var loss = update.Backward(policy, advantages, options, new MetricAverages(), () => { });

        for (var row = 0; row < responses.Length; row++) Near.Equal(ofPolicy[row] - ofReference[row], update.KlSums![row], Near.Float64, Invariant($"KL of row {row}"));
        Near.Equal(-ofPolicy.Zip(advantages, (logProb, advantage) => logProb * advantage).Sum() / 3, loss, Near.Float64, "loss");

        double LogProb(IDecoder decoder, int[] ids)
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            long[] all = [.. prompt.PromptIds, .. ids];
            var logits = decoder.Logits(decoder.Hidden(new DecoderInput { IdsBT = tensor(all, [1, all.Length]) })).reshape(all.Length, -1);
            var logProbs = (logits / temperature).log_softmax(-1);
            return ids.Select((id, i) => logProbs[prompt.PromptIds.Count + i - 1, id].item<double>()).Sum();
        }
    }
}
