using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.ShadowRewards;

/// <summary>
/// Inverse reinforcement learning from demonstrations (after arXiv:2503.18991): in each round, responses drawn from the policy are set against
/// the demonstrations, a reward model of each category learns to tell them apart, and GRPO trains the policy on those rewards. The checkpoint is
/// the policy; the reward models lie beside it in <c>rewards/</c>. Immutable; vary it with <c>with</c>.
/// </summary>
public sealed record ShadowRewardRecipe : DecoderRecipe<GrpoOptions>
{
    /// <summary>The demonstrations: prompts whose answer is what should be said, with the category. A file for benchmarks, as GRPO reads it.</summary>
    public required PromptFile Data { get; init; }

    /// <summary>How rewards are learnt.</summary>
    public required ShadowRewardOptions Rewards { get; init; }

    /// <summary>File of factors by which the prompts are unlike the demonstrations (<see cref="HardnessFile"/>); <c>null</c>: 1 for all.</summary>
    [RelativePath]
    public string? Hardness { get; init; }

    /// <summary>Seed of the policy's training in a round; a GRPO run with it, on the round's rewards, is the same run.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="round">The round, from 1.</param>
    internal static ulong PolicySeed(ulong seed, int round) => new RandomStream(seed, Invariant($"policy/{round}")).NextUInt64();

    /// <inheritdoc/>
    protected override string Kind => "irl";

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description)
    {
        description["data"] = Data.Describe();
        description["rewards"] = JsonFormat.Describe(Rewards);
        if (Hardness is not null) description["hardness"] = HardnessFile.Describe(Hardness);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems()
    {
        foreach (var problem in Data.Problems().Concat(Rewards.Problems())) yield return problem;
        if (Hardness is not null && Options.DifficultyScaling is null) yield return HardnessFile.WithoutScaling;
        if (Options.Target is not null) yield return "A run from demonstrations ends after its rounds; leave the target out.";
        if (PeftConfig is not null) yield return "An adapter is not trained from demonstrations; leave peft_config out.";
        if (ChatTemplate is not null || ChatTemplateKwargs is not null) yield return "Reward models read the model's default chat template; leave chat_template and chat_template_kwargs out.";
    }

    /// <inheritdoc/>
    protected override PreparedRun<GrpoOptions, PretrainedModel> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        var items = Data.Load();
        var hardness = Hardness is null ? null : HardnessFile.Read(Hardness);
        List<Demonstration> demonstrations = [.. items.Select(item => Of(item))];
        if (Options.PromptsPerStep > items.Count)
            throw new UserErrorException(Invariant($"Recipe '{Name}': prompts_per_step is {Options.PromptsPerStep}, but {Data.Path} has {items.Count} prompts: some would be drawn twice in one step. Lower it, or give more prompts."));
        return new(GrpoRecipe.Shape([.. demonstrations.Select(one => one.Prompt)], Options, config.MaxPositions),
            run => new ShadowRewardRun(this, run, demonstrations, LoadBase).Train());

        Demonstration Of(BenchmarkItem item)
        {
            if (string.IsNullOrWhiteSpace(item.Answer)) throw new UserErrorException($"{Data.Path}, item '{item.Id}': there is no answer, and a demonstration is one. Name its column in the data's columns, such as \"answer=demonstration\", or leave the row out.");
            if (Rewards.Routing == ShadowRouting.Category && string.IsNullOrWhiteSpace(item.Category))
                throw new UserErrorException($"{Data.Path}, item '{item.Id}': there is no category, and each has a reward model of its own. Name its column in the data's columns, such as \"category=kind\", or set rewards.routing to \"pooled\".");
            if (item.Conversation is not null) throw new UserErrorException($"{Data.Path}, item '{item.Id}': is a conversation; a demonstration is one prompt and its answer.");
            var prompt = new RolloutPrompt(item, encoder.Prompt(item)) { Hardness = hardness is null ? 1 : HardnessFile.FactorOf(hardness, item.Id, Hardness!, Data.Path) };
            return new(prompt, encoder.PromptCompletion(item.Id, item.Prompt, item.Answer).CompletionIds);
        }
    }
}
