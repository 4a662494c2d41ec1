using SafetyGate.Models.Adapters;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.LogProbs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.LogProbs;

public sealed class AdaptedHeadSpecs
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_only_the_head_is_adapted_its_gradient_is_the_same_in_chunks(bool recompute)
    {
        byte[] Gradient(long? tableBytes)
        {
            var architecture = DecoderConfig.ParseText(TinyModel.Config, "config.json");
            var @base = TinyModel.Create(dtype: ScalarType.Float64);
            using var adapted = new AdaptedDecoder(@base, architecture);
            adapted.Add("a", Adapter.Create(new LoraConfig { R = 2, TargetModules = ModuleSelector.Of("lm_head") }, @base, architecture, seed: 3));
            adapted.Train("a", seed: 1);
            adapted.Trained.RequireGradients(true);
            using var scope = NewDisposeScope();
            using var pass = adapted.TrainingPass(new DecoderInput { IdsBT = arange(1, 13, dtype: ScalarType.Int64).unsqueeze(0) }, recompute);
            using var tokens = TokenLogProbs.Of(adapted, pass.Hidden.squeeze(0), arange(2, 14, dtype: ScalarType.Int64), new TokenQuery { Temperature = 1, TableBytes = tableBytes });
            tokens.Backward(tokens.LogProbsN.sum());
            pass.Backward();
            // In whole numbers of 1e-9: chunks are summed in another order.
            return TinyModel.BytesOf((adapted.Trained.Values.Last().grad! * 1e9).round());
        }

        Assert.Equal(Gradient(null), Gradient(24 * 8 * 2));
    }
}
