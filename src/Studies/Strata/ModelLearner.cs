using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Studies.Strata;

/// <summary>
/// A language model that learns from examples in its prompt, by an adapter, or by fine-tuning, and answers: the likeliest choice where an
/// item has choices, else a greedy response that is scored.
/// </summary>
/// <param name="open">Opens the model anew for each arm; the learner disposes it.</param>
/// <param name="trainer">In-context, LoRA or SFT.</param>
/// <param name="template">How texts are put.</param>
/// <param name="scorer">Scores a response; 1 is right.</param>
/// <param name="maxNewTokens">Most tokens of a response.</param>
public sealed class ModelLearner(Func<PretrainedModel> open, StrataTrainer trainer, PromptTemplate template, IScorer scorer, int maxNewTokens) : IStrataLearner
{
    private const double SftRate = 1e-4, LoraRate = 1e-3;
    private const int Batch = 8, Rank = 8;

    /// <summary>Whether it makes updates; examples in the prompt make none.</summary>
    internal bool HasSteps => trainer != StrataTrainer.InContext;

    /// <inheritdoc/>
    public StrataTraining Describe(StrataPlan plan)
    {
        using var model = open();
        return new()
        {
            Trainer = trainer switch { StrataTrainer.InContext => "in-context", StrataTrainer.Lora => "lora", _ => "sft" },
            Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Directory)),
            Weights = model.WeightsDigest,
            Scorer = $"the likeliest choice, or {scorer.Name} {scorer.Version} on a greedy response",
            Settings = trainer == StrataTrainer.InContext ? Invariant($"at most {maxNewTokens} new tokens") : Invariant($"rate {Rate(plan):R}, batch {BatchOf(plan)}, at most {maxNewTokens} new tokens{(trainer == StrataTrainer.Lora ? Invariant($", rank {Rank}") : "")}"),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<LearnerAnswer> Answer(IReadOnlyList<StrataQuestion> train, IReadOnlyList<StrataQuestion> test, StrataPlan plan, ulong seed, CancellationToken cancellationToken)
    {
        using var model = open();
        var items = new ModelItems(model, template);
        if (train.Count > 0 && trainer != StrataTrainer.InContext) Train(model, items, train, plan, seed, cancellationToken);
        var solved = trainer == StrataTrainer.InContext ? train : [];
        var (choices, free) = (test.Where(item => item.Choices.Count > 0).ToList(), test.Where(item => item.Choices.Count == 0).ToList());
        var answers = new Dictionary<string, LearnerAnswer>(StringComparer.Ordinal);
        foreach (var (item, sums) in choices.Zip(choices.Count > 0 ? items.Choices(choices, solved, cancellationToken) : []))
        {
            var gold = ((List<string>)[.. item.Choices]).IndexOf(item.Answer);
            var highest = sums.Max();
            answers[item.Id] = new(ChoiceScore.Of(sums, gold), Math.Exp(sums[gold] - highest) / sums.Sum(sum => Math.Exp(sum - highest)));
        }

        foreach (var (item, score) in free.Zip(Generated(model, items, free, solved, cancellationToken))) answers[item.Id] = new(score, null);
        return [.. test.Select(item => answers[item.Id])];
    }

    private void Train(PretrainedModel model, ModelItems items, IReadOnlyList<StrataQuestion> train, StrataPlan plan, ulong seed, CancellationToken cancellationToken)
    {
        if (trainer == StrataTrainer.Lora) model.BeginAdapter(new LoraConfig { R = Rank, LoraAlpha = 2 * Rank, TargetModules = ModuleSelector.AllLinear }, seed);
        var options = new SftOptions
        {
            MaxSteps = plan.Steps,
            LearningRate = Rate(plan),
            Seed = seed,
            PerDeviceTrainBatchSize = Math.Min(BatchOf(plan), train.Count),
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = Math.Min(8, plan.Steps - 1) },
            Optimizer = new OptimizerOptions { Beta2 = 0.99 },
        };
        new SftTrainer(model.Decoder, [.. train.Select(item => items.Example(item, item.Completion))], options, model.GenerationConfig.PadId).Train(null, null, cancellationToken);
    }

    private IEnumerable<double> Generated(PretrainedModel model, ModelItems items, IReadOnlyList<StrataQuestion> free, IReadOnlyList<StrataQuestion> solved, CancellationToken cancellationToken)
    {
        if (free.Count == 0) return [];
        List<GenerationRequest> requests = [.. free.Select(item => new GenerationRequest { Key = item.Id, PromptIds = items.Prompt(item, solved) })];
        if (requests.FirstOrDefault(request => request.PromptIds.Count >= model.Decoder.MaxPositions) is { } longest) throw items.TooLong(longest.Key, longest.PromptIds.Count);
        var sequences = model.CreateGenerator().Generate(requests, new SamplingOptions { MaxNewTokens = maxNewTokens, Temperature = 0, Seed = 0 }, cancellationToken);
        return free.Zip(sequences, (item, sequence) => scorer.Score(new BenchmarkItem { Id = item.Id, Prompt = item.Prompt, Answer = item.Answer }, new Response
        {
            PromptId = item.Id,
            Text = model.Tokenizer.DecodeResponse(sequence.NewIds),
            FinishReason = sequence.FinishReason,
            Tokens = sequence.NewIds.Count,
        }).Value ?? 0); // an unscored answer is wrong
    }

    private double Rate(StrataPlan plan) => plan.LearningRate ?? (trainer == StrataTrainer.Lora ? LoraRate : SftRate);

    private static int BatchOf(StrataPlan plan) => plan.BatchSize ?? Batch;
}
