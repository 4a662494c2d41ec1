using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Pocket;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Rollouts;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>The work that is timed: the shipped pocket recipes and generation with their base model.</summary>
internal sealed class PocketWork : IDisposable
{
    private readonly GrpoRecipe _rlvr = Recipes.PocketRlvr();
    private readonly SftRecipe _sft = Recipes.PocketSftOwnStyle();
    private readonly PretrainedModel _model, _reference;
    private readonly RolloutTask _task;
    private readonly ExampleEncoder _encoder;

    public PocketWork()
    {
        (_model, _reference) = (PretrainedModel.Load(_rlvr.Base), PretrainedModel.Load(_rlvr.Base));
        _encoder = new ExampleEncoder(_model.Tokenizer, _model.Chat, _rlvr.Template, EndToken.Of(_model));
        _task = new RolloutTask
        {
            Prompts = [.. _rlvr.Data.Load().Select(item => new RolloutPrompt(item, _encoder.Prompt(item.Prompt)))],
            Rewards = _rlvr.Rewards,
            EosIds = _model.GenerationConfig.EosIds,
            PadId = _model.GenerationConfig.PadId,
            Decode = ids => _model.Tokenizer.Decode(ids, skipSpecialTokens: true),
        };
    }

    /// <summary>Most new tokens of a response.</summary>
    public int NewTokens => _rlvr.Options.MaxCompletionLength;

    /// <summary>Responses of a step.</summary>
    public string Step => FormattableString.Invariant($"{_rlvr.Options.PromptsPerStep} prompts × {_rlvr.Options.NumGenerations} samples");

    /// <summary>Steps of the reinforcement-learning recipe from the base model.</summary>
    public IReadOnlyList<Timing> GrpoSteps(SgemmClock clock, int steps)
    {
        using var policy = PretrainedModel.Load(_rlvr.Base);
        var options = _rlvr.Options with { MaxSteps = steps + 1, Target = null };
        return Steps(clock, progress => new GrpoTrainer(policy.Decoder, _reference.Decoder, _task, options).Train(null, progress, CancellationToken.None));
    }

    /// <summary>Steps of the fine-tuning recipe from the base model.</summary>
    public IReadOnlyList<Timing> SftSteps(SgemmClock clock, int steps)
    {
        using var policy = PretrainedModel.Load(_sft.Base);
        var examples = _sft.Data.SelectMany(file => file.Read(_encoder)).ToList();
        var options = _sft.Options with { MaxSteps = steps + 1, Target = null };
        return Steps(clock, progress => new SftTrainer(policy.Decoder, examples, options, _model.GenerationConfig.PadId).Train(null, progress, CancellationToken.None));
    }

    /// <summary>Continues prompts at temperature 1.</summary>
    /// <param name="prompts">Distinct prompts.</param>
    /// <param name="samples">Samples of each.</param>
    /// <param name="toTheLimit">Whether every response goes on to the limit, past end tokens.</param>
    /// <param name="seed">Seed of the draws.</param>
    public IReadOnlyList<GeneratedSequence> Generate(int prompts, int samples, bool toTheLimit, ulong seed)
    {
        var generator = new TokenGenerator(_model.Decoder, toTheLimit ? [] : _task.EosIds, _task.PadId);
        return generator.Generate(
            [.. _task.Prompts.Take(prompts).Select(prompt => new GenerationRequest { Key = prompt.Item.Id, PromptIds = prompt.PromptIds })],
            new SamplingOptions { MaxNewTokens = NewTokens, Temperature = 1, SamplesPerPrompt = samples, Seed = seed },
            CancellationToken.None);
    }

    /// <summary>Responses of a step as a batch; the caller disposes it.</summary>
    public CompletionBatch Batch()
    {
        var prompts = _task.Prompts.ToDictionary(prompt => prompt.Item.Id, prompt => prompt.PromptIds, StringComparer.Ordinal);
        return CompletionBatch.Of(
            [.. Generate(_rlvr.Options.PromptsPerStep, _rlvr.Options.NumGenerations, toTheLimit: false, 1).Select(sequence => new TokenExample { Id = sequence.Key, PromptIds = prompts[sequence.Key], CompletionIds = sequence.NewIds })],
            _model.Decoder.Device);
    }

    /// <summary>Log-probabilities of a step's responses, without gradients.</summary>
    public void LogProbabilities(CompletionBatch batch)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        batch.LogProbs(_reference.Decoder, batch.Hidden(_reference.Decoder), new TokenQuery()).Dispose();
    }

    /// <summary>The same with gradients, and back.</summary>
    public void ForwardAndBackward(CompletionBatch batch)
    {
        _model.Decoder.Parameters.RequireGradients(true);
        using (var scope = NewDisposeScope())
        using (var hidden = batch.Pass(_model.Decoder, recompute: false))
        using (var tokens = batch.LogProbs(_model.Decoder, hidden.Hidden, new TokenQuery()))
        {
            tokens.Backward(tokens.LogProbsN.sum());
            hidden.Backward();
        }

        _model.Decoder.Parameters.ClearGradients();
        _model.Decoder.Parameters.RequireGradients(false);
    }

    public void Dispose()
    {
        _model.Dispose();
        _reference.Dispose();
    }

    private static IReadOnlyList<Timing> Steps(SgemmClock clock, Action<IProgress<RunProgress>> train)
    {
        var steps = new StepTimes(clock);
        train(steps);
        return steps.Taken;
    }

    // The first step warms up. A progress report ends a step; what the clock itself needs lies between two steps.
    private sealed class StepTimes(SgemmClock clock) : IProgress<RunProgress>
    {
        private bool _isWarm;

        public List<Timing> Taken { get; } = [];

        public void Report(RunProgress value)
        {
            if (_isWarm) Taken.Add(clock.Stop());
            _isWarm = true;
            clock.Start();
        }
    }
}
