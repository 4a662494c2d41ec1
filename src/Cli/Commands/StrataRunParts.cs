using System.CommandLine;
using SafetyGate.Analysis.Strata;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Pocket;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Verifiers;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of <c>gate strata</c> by which the arms are trained here.</summary>
internal sealed class StrataRunParts
{
    private const string Measured = "measured";
    private const ulong SplitSeed = 1;

    private static readonly Dictionary<string, StrataTrainer> Trainers = new(StringComparer.Ordinal)
    {
        ["ngram"] = StrataTrainer.Ngram, ["probe"] = StrataTrainer.Probe, ["in-context"] = StrataTrainer.InContext, ["lora"] = StrataTrainer.Lora, ["sft"] = StrataTrainer.Sft,
    };

    private readonly Option<string?> _train = new("--train") { Description = "Items to learn from: JSONL, CSV or JSON with question, answer and hardness.", HelpName = "FILE" };
    private readonly Option<string?> _test = new("--test") { Description = "Items to answer, of the same columns; half of --train, drawn at random, when left out.", HelpName = "FILE" };
    private readonly Option<string?> _pocket = new("--pocket") { Description = "Items and model of the embedded world: sums or order.", HelpName = "DOMAIN" };
    private readonly Option<string?> _items = new("--item-columns") { Description = "Which column of --train and --test holds what, such as prompt=body+question,completion=answer,choices=options.", HelpName = "FIELD=COLUMN,…" };
    private readonly Option<string?> _model = new("--model") { Description = "The model that learns: a directory in Hugging Face layout.", HelpName = "DIR" };
    private readonly Option<string?> _trainer = new("--trainer") { Description = "ngram (reads words, needs no model), probe (linear, on hidden states), in-context, lora or sft." };
    private readonly Option<int> _examples = new("--examples") { Description = "Training items of each arm; examples in the prompt with in-context.", DefaultValueFactory = _ => 64 };
    private readonly Option<int> _steps = new("--steps") { Description = "Updates of each arm.", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _seeds = new("--seeds") { Description = "Trainings of each arm, from seed 1.", DefaultValueFactory = _ => 5 };
    private readonly Option<int?> _limit = new("--limit") { Description = "Test items, from the first; all when left out.", HelpName = "N" };
    private readonly Option<double?> _rate = new("--learning-rate") { Description = "The trainer's own by default." };
    private readonly Option<int?> _batch = new("--batch-size") { Description = "Items of an update; the trainer's own by default." };
    private readonly Option<double> _noise = new("--label-noise") { Description = "Share of easy training items that get a wrong label; hard ones get twice as many.", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _plain = new("--plain") { Description = "Put texts without the chat template." };
    private readonly Option<string?> _scorer = new("--scorer") { Description = "Scores free answers; the math verifier by default." };
    private readonly Option<int> _tokens = new("--max-new-tokens") { Description = "Most new tokens of a free answer.", DefaultValueFactory = _ => 64 };

    public StrataRunParts() => _trainer.AcceptOnlyFromAmong([.. Trainers.Keys]);

    public IReadOnlyList<Option> Options => [_train, _test, _pocket, _items, _model, _trainer, _examples, _steps, _seeds, _limit, _rate, _batch, _noise, _plain, _scorer, _tokens];

    /// <summary>Whether the arms are to be trained here.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_train) is not null || parsed.GetValue(_test) is not null || parsed.GetValue(_pocket) is not null;

    /// <summary>Trains the arms.</summary>
    public StrataResult Run(GateOutput output, ParseResult parsed, StratumParts strata, double smallestGap, CancellationToken cancellationToken)
    {
        var kind = parsed.GetValue(_trainer) is { } name ? Trainers[name] : throw new UserErrorException($"Say how the arms learn: --trainer {string.Join("|", Trainers.Keys)}.", GateExitCode.Usage);
        var seeds = parsed.GetValue(_seeds);
        if (seeds < 1) throw new UserErrorException(Invariant($"--seeds is {seeds}; it must be 1 or more."), GateExitCode.Usage);
        var plan = new StrataPlan
        {
            Examples = parsed.GetValue(_examples),
            Steps = parsed.GetValue(_steps),
            Seeds = [.. Enumerable.Range(1, seeds).Select(seed => (ulong)seed)],
            EasyNoise = parsed.GetValue(_noise),
            LearningRate = parsed.GetValue(_rate),
            BatchSize = parsed.GetValue(_batch),
            SmallestGap = smallestGap,
        };
        if (plan.Problems().FirstOrDefault() is { } wrong) throw new UserErrorException($"The arms cannot be trained: {wrong}", GateExitCode.Usage);
        var measures = strata.IsNamed(parsed) && strata.Column(parsed) == Measured;
        var (train, test, choice, source) = Items(parsed, strata, kind, measures);
        using var model = kind == StrataTrainer.Probe ? PretrainedModel.Load(Directory(parsed)) : null;
        var learner = Learner(parsed, kind, model, train);
        if (measures) (train, test) = HardnessMeasuring.Measure(learner, train, test, plan, cancellationToken);
        var progress = new ConsoleProgress(output, TimeProvider.System);
        var result = new StrataExperiment { Learner = learner, Plan = plan, Strata = choice, HardnessSource = source }.Run(train, test, progress, cancellationToken);
        progress.Close();
        return result;
    }

    private (StrataQuestions Train, StrataQuestions Test, StratumChoice Strata, string Source) Items(ParseResult parsed, StratumParts strata, StrataTrainer kind, bool measures)
    {
        var limit = parsed.GetValue(_limit);
        if (limit is < 1) throw new UserErrorException(Invariant($"--limit is {limit}; it must be 1 or more."), GateExitCode.Usage);
        var source = measures ? HardnessMeasuring.Source : $"column {strata.Column(parsed)}";
        if (parsed.GetValue(_pocket) is { } domain)
        {
            if (parsed.GetValue(_train) is not null || parsed.GetValue(_test) is not null) throw new UserErrorException("--pocket brings items of its own; leave out --train and --test.", GateExitCode.Usage);
            if (!PocketStrataItems.Domains.Contains(domain)) throw new UserErrorException($"--pocket is '{domain}'; it must be one of {string.Join(", ", PocketStrataItems.Domains)}.", GateExitCode.Usage);
            var (own, answered) = PocketStrataItems.Read(PocketPaths.Find(), domain, kind is StrataTrainer.Probe or StrataTrainer.Ngram, limit ?? 500);
            return (own, answered, strata.IsGiven(parsed) || measures ? strata.Choice(parsed) : PocketStrataItems.Strata(domain), measures ? source : "column difficulty (steps)");
        }

        var (train, test) = (parsed.GetValue(_train), parsed.GetValue(_test));
        if (train is null) throw new UserErrorException("The arms learn from --train and answer --test; give --train.", GateExitCode.Usage);
        var columns = ItemColumns.Of(parsed.GetValue(_items)) with { Hardness = strata.Column(parsed) };
        var learnt = StrataQuestions.Read(train, columns, needsHardness: !measures);
        StrataQuestions asked;
        if (test is null) (learnt, asked) = learnt.Halved(SplitSeed);
        else asked = StrataQuestions.Read(test, columns, needsHardness: !measures);
        return (learnt, limit is { } first ? asked with { Items = [.. asked.Items.Take(first)] } : asked, strata.Choice(parsed), source);
    }

    private IStrataLearner Learner(ParseResult parsed, StrataTrainer kind, PretrainedModel? model, StrataQuestions train)
    {
        if (kind == StrataTrainer.Ngram) return NgramLearner.Over(train.Items);
        var template = parsed.GetValue(_plain) ? PromptTemplate.Plain : PromptTemplate.Chat;
        if (model is not null) return new ProbeLearner(model, template);
        BuiltIn.Register();
        var scorer = parsed.GetValue(_scorer) is { } name ? Scorers.Scorer(name) : new MathVerifier();
        var directory = Directory(parsed);
        var compute = new ComputeOptions { Dtype = "float32" };
        return new ModelLearner(() => PretrainedModel.Load(directory, compute.OpenDevice(), compute.ScalarType), kind, template, scorer, parsed.GetValue(_tokens));
    }

    private string Directory(ParseResult parsed) => parsed.GetValue(_model) ?? (parsed.GetValue(_pocket) is not null ? PocketPaths.Find().Base
        : throw new UserErrorException("This trainer needs a model: --model DIR. The trainer ngram needs none.", GateExitCode.Usage));
}
