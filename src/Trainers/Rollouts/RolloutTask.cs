using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.Rollouts;

/// <summary>Prompts of the task and rewards of the responses.</summary>
public sealed record RolloutTask
{
    /// <summary>The prompts; ids are unique.</summary>
    public required IReadOnlyList<RolloutPrompt> Prompts { get; init; }

    /// <summary>The rewards; names are unique.</summary>
    public required IReadOnlyList<WeightedReward> Rewards { get; init; }

    /// <summary>Tokens that end a response.</summary>
    public required IReadOnlyList<int> EosIds { get; init; }

    /// <summary>Text of a response's tokens for the rewards, special ones left out but for marks of reasoning.</summary>
    public required Func<IReadOnlyList<int>, string> Decode { get; init; }

    /// <summary>The mark of reasoning that a prompt ends with, which the text then begins with; empty for none.</summary>
    public Func<IReadOnlyList<int>, string> Begun { get; init; } = _ => "";

    /// <summary>Token that fills up rows; any token of the vocabulary.</summary>
    public int PadId { get; init; }

    /// <summary>A task whose responses are read as a model's are: with its end tokens, and the marks of its reasoning in the text.</summary>
    /// <param name="model">The policy. Borrowed.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="rewards">The rewards.</param>
    internal static RolloutTask Of(PretrainedModel model, IReadOnlyList<RolloutPrompt> prompts, IReadOnlyList<WeightedReward> rewards) => new()
    {
        Prompts = prompts,
        Rewards = rewards,
        EosIds = model.GenerationConfig.EosIds,
        PadId = model.GenerationConfig.PadId,
        Decode = model.Tokenizer.DecodeResponse,
        Begun = ids => ResponseText.Begun(model.Tokenizer, ids),
    };

    /// <summary>What of it decides a run, for its digest.</summary>
    internal IEnumerable<string> Description =>
    [
        .. Rewards.Select(reward => Invariant($"\n{reward.Reward.Name} {reward.Reward.Version} {reward.Weight}")),
        .. Prompts.Select(prompt => Invariant($"\n{prompt.Item.Id} {string.Join(' ', prompt.PromptIds)} {prompt.Item.Answer}")),
        Invariant($"\n{string.Join(' ', EosIds)}"),
    ];

    /// <summary>Validation errors of the rewards, one sentence each; empty if they are valid.</summary>
    internal IEnumerable<string> Problems()
    {
        if (Rewards.Count == 0) yield return "There is no reward; give at least one.";
        if (Rewards.Select(reward => reward.Reward.Name).Distinct(StringComparer.Ordinal).Count() < Rewards.Count)
            yield return "Two rewards have the same name; metrics could not tell them apart.";
        if (Rewards.Any(reward => !double.IsFinite(reward.Weight))) yield return "A reward's weight is not finite.";
        foreach (var problem in Rewards.Select(reward => Scorers.VersionProblem(reward.Reward)).OfType<string>()) yield return problem;
    }

    /// <summary>The task with the prompts that leave a response room.</summary>
    /// <param name="positions">Positions of the models.</param>
    /// <param name="response">Most tokens of a response.</param>
    /// <param name="vocabulary">Tokens of the policy.</param>
    /// <param name="maxDroppedShare">Most prompts that may be left out, a share.</param>
    /// <param name="lengthKey">The option that limits responses, for the message.</param>
    /// <returns>The task, and a sentence about prompts left out; <c>null</c> for none.</returns>
    /// <exception cref="UserErrorException">More are left out than may be, none is left, or one is empty or of another vocabulary.</exception>
    internal (RolloutTask Task, string? LeftOut) Fitting(int positions, int response, int vocabulary, double maxDroppedShare, string lengthKey)
    {
        var fitting = Prompts.Where(prompt => prompt.PromptIds.Count <= positions - response).ToList();
        if (fitting.Count == 0)
            throw new UserErrorException(Invariant($"No prompt is left to learn from: {Prompts.Count} prompts, none of which leaves {response} new tokens room in the model's {positions} positions. Give other prompts, fewer new tokens, or a model with a longer context."));
        var leftOut = LeftOut.Tell([.. Prompts.Except(fitting).Select(prompt => prompt.Item.Id)], Prompts.Count, "prompts", Invariant($"leave {response} new tokens no room in the model's {positions} positions"), maxDroppedShare,
            $"Shorten them, lower {lengthKey}, take a model with a longer context, or raise max_dropped_share.");
        if (fitting.Find(prompt => prompt.PromptIds.Count == 0 || prompt.PromptIds.Any(id => id < 0 || id >= vocabulary)) is { } wrong)
            throw new UserErrorException(Invariant($"Prompt '{wrong.Item.Id}' is empty or has a token outside the vocabulary of {vocabulary}; was it made with another tokenizer? Take the tokenizer that belongs to these weights."));
        return (this with { Prompts = fitting }, leftOut);
    }
}
