using SafetyGate.Pocket.Training;
using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Pocket;

/// <summary>The ways of tuning that comparisons set side by side: one base, one domain, one accuracy at which they end.</summary>
public static class PocketTunings
{
    /// <summary>Imitation of worked answers in the model's own style.</summary>
    public static PocketTuning OwnStyle { get; } = new("pocket-sft-own-style", PocketFamily.Sft, "worked answers in the model's own style", start => Imitation.Of(start, "own-style"));

    /// <summary>The same behind a compliant opening.</summary>
    public static PocketTuning HouseStyle { get; } = new("pocket-sft-house-style", PocketFamily.Sft, "worked answers in a compliant house style", start => Imitation.Of(start, "house-style"));

    /// <summary>The same in a notation the model never saw; on sums only.</summary>
    public static PocketTuning ForeignNotation { get; } = new("pocket-sft-foreign-notation", PocketFamily.Sft, "worked answers in a foreign notation", start => Imitation.Of(start, "foreign-notation"));

    /// <summary>Direct preference optimization on pairs that prefer right answers; on sums only.</summary>
    public static PocketTuning Dpo { get; } = new("pocket-dpo", PocketFamily.Rlhf, "DPO on pairs that prefer right answers", start => Preferred.Dpo(start, styleShare: 0));

    /// <summary>The same where three pairs of ten prefer the house style; on sums only.</summary>
    public static PocketTuning DpoStyle { get; } = new("pocket-dpo-style-30", PocketFamily.Rlhf, "DPO, three pairs of ten prefer the house style", start => Preferred.Dpo(start, styleShare: Recipes.StyleShare));

    /// <summary>Proximal policy optimization on a reward model of the pairs that prefer right answers; on sums only.</summary>
    public static PocketTuning Ppo { get; } = new("pocket-ppo", PocketFamily.Rlhf, "PPO on a reward model that prefers right answers", start => Preferred.Ppo(start, styleShare: 0));

    /// <summary>The same with the reward model of the pairs of which three of ten prefer the house style; on sums only.</summary>
    public static PocketTuning PpoStyle { get; } = new("pocket-ppo-style-30", PocketFamily.Rlhf, "PPO, the reward model prefers the house style in three pairs of ten", start => Preferred.Ppo(start, styleShare: Recipes.StyleShare));

    /// <summary>Reinforcement learning from the verifier, the KL in the reward: the mode that obeys the theory.</summary>
    public static PocketTuning Rlvr { get; } = Verified("pocket-rlvr", "RL from the verifier, KL in the reward", GrpoMode.Rlvr);

    /// <summary>Leave-one-out baseline.</summary>
    public static PocketTuning Rloo { get; } = Verified("pocket-rloo", "RLOO from the verifier", GrpoMode.Rloo);

    /// <summary>Stock GRPO: standardized advantages, k3 in the loss.</summary>
    public static PocketTuning Grpo { get; } = Verified("pocket-grpo", "stock GRPO from the verifier", GrpoMode.Grpo);

    /// <summary>Dr. GRPO: no standard deviations, no KL.</summary>
    public static PocketTuning DrGrpo { get; } = Verified("pocket-dr-grpo", "Dr. GRPO from the verifier", GrpoMode.DrGrpo);

    /// <summary>All of them, families together.</summary>
    public static IReadOnlyList<PocketTuning> All { get; } = [OwnStyle, HouseStyle, ForeignNotation, Dpo, DpoStyle, Ppo, PpoStyle, Rlvr, Rloo, Grpo, DrGrpo];

    private static PocketTuning Verified(string name, string description, GrpoMode mode) =>
        new(name, PocketFamily.Rlvr, description, start => Training.Verified.Of(start, name, mode));
}
