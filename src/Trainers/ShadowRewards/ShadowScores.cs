using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>Scores of a reward model on pairs.</summary>
internal static class ShadowScores
{
    private const int AtOnce = 64;

    /// <summary>Loss and accuracy of a model of one label.</summary>
    /// <param name="model">The model. Borrowed.</param>
    /// <param name="pairs">At least one.</param>
    public static ShadowRewardLoss LossOf(SequenceClassifier model, IReadOnlyList<PreferencePair> pairs)
    {
        List<double> demonstrated = [], generated = [];
        foreach (var part in pairs.Chunk(AtOnce))
        {
            using var noGradients = no_grad();
            using var scope = NewDisposeScope();
            IReadOnlyList<int>[] rows = [.. part.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.ChosenIds]), .. part.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.RejectedIds])];
            var scores = model.Scores(rows).squeeze(-1).to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
            demonstrated.AddRange(scores[..part.Length]);
            generated.AddRange(scores[part.Length..]);
        }

        return ShadowRewardLoss.Of(demonstrated, generated);
    }
}
