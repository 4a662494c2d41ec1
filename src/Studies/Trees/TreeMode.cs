using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Studies.Trees;

/// <summary>A way of training whose conformity is put to the test.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Of">Its settings for a β.</param>
public sealed record TreeMode(string Name, Func<GrpoOptions, GrpoOptions> Of)
{
    /// <summary>The modes that claim to converge to the tilt.</summary>
    public static IReadOnlyList<TreeMode> Conforming { get; } =
    [
        new("rlvr", options => options),
        new("rloo", options => options with { LossType = GrpoLossType.Rloo, Baseline = RewardBaseline.LeaveOneOut }),
        new("reinforce", options => options with { LossType = GrpoLossType.Reinforce, Baseline = RewardBaseline.Batch }),
    ];

    /// <summary>The modes that do not, run to show their actual fixed points.</summary>
    public static IReadOnlyList<TreeMode> Others { get; } =
    [
        new("stock grpo", options => options with { LossType = GrpoLossType.Grpo, KlPlacement = KlPlacement.Loss, ScaleRewards = RewardScale.Group }),
        new("k3 in the loss", options => options with { KlPlacement = KlPlacement.Loss }),
        new("kl in reward, standardised", options => options with { ScaleRewards = RewardScale.Group }),
        new("kl in reward, mean over tokens", options => options with { LossType = GrpoLossType.Grpo }),
    ];
}
