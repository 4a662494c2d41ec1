using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.ShadowRewards;

namespace SafetyGate.Studies.Seeds;

/// <summary>A policy to draw from and a base for reward models, for sections that train only rewards.</summary>
internal sealed class ShadowLab : IDisposable
{
    private const int PairsPerStep = 16, MaxNewTokens = 40;
    private readonly PretrainedModel _policy;
    private readonly ExampleEncoder _encoder;

    public ShadowLab(string directory)
    {
        _policy = PretrainedModel.Load(directory);
        _encoder = new ExampleEncoder(_policy.Tokenizer, _policy.Chat, PromptTemplate.Chat, _policy.TokenizerEosId);
    }

    /// <summary>A pair of texts.</summary>
    public PreferencePair Pair(string id, string prompt, string chosen, string rejected)
    {
        var (better, worse) = (_encoder.PromptCompletion(id, prompt, chosen), _encoder.PromptCompletion(id, prompt, rejected));
        return new() { Id = id, PromptIds = better.PromptIds, ChosenIds = better.CompletionIds, RejectedIds = worse.CompletionIds };
    }

    /// <summary>Responses drawn at temperature 1 to each prompt, in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Draw(IReadOnlyList<string> prompts, int samples, ulong seed, CancellationToken cancellationToken)
    {
        var sampling = new SamplingOptions { MaxNewTokens = MaxNewTokens, Temperature = 1, SamplesPerPrompt = samples, Seed = seed };
        var requests = prompts.Select((prompt, i) => new GenerationRequest { Key = Invariant($"{i}"), PromptIds = _encoder.Prompt(prompt) }).ToList();
        return [.. _policy.CreateGenerator().Generate(requests, sampling, cancellationToken).Chunk(samples).Select(answers => (IReadOnlyList<string>)[.. answers.Select(answer => _policy.Tokenizer.Decode(answer.NewIds, skipSpecialTokens: true))])];
    }

    /// <summary>A reward model trained on pairs, 16 a step, at a rate that falls in a straight line.</summary>
    public SequenceClassifier Train(IReadOnlyList<PreferencePair> pairs, int steps, double rate, ulong seed, CancellationToken cancellationToken) =>
        Train(pairs, new() { MaxSteps = steps, LearningRate = rate, Seed = seed, PerDeviceTrainBatchSize = PairsPerStep, HeldOut = 0 }, cancellationToken);

    /// <summary>A reward model trained on pairs.</summary>
    public SequenceClassifier Train(IReadOnlyList<PreferencePair> pairs, RewardModelOptions options, CancellationToken cancellationToken)
    {
        var model = SequenceClassifier.FromLanguageModel(_policy.Directory, 1, options.Seed, _policy.GenerationConfig.PadId);
        try
        {
            new RewardModelTrainer(model, pairs, options).Train(null, null, cancellationToken);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Share of the pairs whose preferred side a model scores higher.</summary>
    public static double Accuracy(SequenceClassifier model, IReadOnlyList<PreferencePair> pairs) => ShadowScores.LossOf(model, pairs).Accuracy;

    public void Dispose() => _policy.Dispose();
}
