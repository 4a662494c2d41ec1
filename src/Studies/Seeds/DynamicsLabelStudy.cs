using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Studies.Seeds;

/// <summary>Planted wrong labels are found by low confidence in training.</summary>
internal sealed class DynamicsLabelStudy : ISeedStudy
{
    private const double Wrong = 0.1, Needed = 0.9;
    private const int Epochs = 4, Batch = 16;

    public string Group => "dynamics";

    public string Name => "dynamics-labels";

    public string Title => "Wrong labels are learnt last";

    public string MustShow => "planted wrong labels lie in the lowest decile of confidence with AUC ≥ .9; random marks are at .5.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var items = context.Quick ? 120 : 400;
        var found = new List<LabelFinding>();
        foreach (var seed in context.Seeds)
        {
            context.Progress.Report(new RunProgress(Name, found.Count, context.Seeds.Count, Invariant($"seed {seed}")));
            found.Add(await context.Kept(this, new { seed, items, Wrong, Epochs, Batch }, () => Trace(context, seed, items, cancellationToken)));
        }

        return new()
        {
            Setup = Invariant($"The aligned base is fine-tuned on {items} sums of the embedded world with worked answers, of which {100 * Wrong:0} % end in a wrong number; {Epochs} epochs of batches of {Batch}, rate 3e-4, all weights. The trainer records the probability of each whole answer after every epoch (`record_dynamics: answer`)."),
            Claims =
            [
                SeedClaim.Above("planted wrong labels have the lower confidence: AUC", [.. found.Select(one => one.Area)], Needed),
                SeedClaim.Above("share of planted wrong labels in the lowest decile", [.. found.Select(one => one.InLowestDecile)], 0.5),
                SeedClaim.Near("items marked at random: AUC", [.. found.Select(one => one.Random)], 0.5, 0.15),
            ],
            Tables = [new("Suspected: never right after any epoch.", ["seed", "items", "planted wrong", "suspected", "suspected and wrong"],
                [.. found.Select((one, at) => (IReadOnlyList<string>)[Invariant($"{context.Seeds[at]}"), Invariant($"{items}"), Invariant($"{one.Planted}"), Invariant($"{one.Suspected}"), Invariant($"{one.Found}")])])],
        };
    }

    private static LabelFinding Trace(SeedStudyContext context, ulong seed, int count, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, "dynamics-labels");
        var (train, _) = PocketStrataItems.Read(context.Paths, "sums", withChoices: false, 1);
        List<StrataQuestion> all = [.. train.Items];
        random.Shuffle(all);
        var planted = (int)Math.Round(Wrong * count);
        List<StrataQuestion> items = [.. all.Take(count).Select((item, at) => at < planted ? WrongLabel.Of(item, train.Items, random) : item)];
        var wrong = items.Take(planted).Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var folder = Directory.CreateTempSubdirectory("dynamics").FullName;
        try
        {
            var compute = new ComputeOptions { Dtype = "float32" };
            using var model = PretrainedModel.Load(context.Paths.Base, compute.OpenDevice(), compute.ScalarType);
            var read = new ModelItems(model, PromptTemplate.Chat);
            var options = new SftOptions
            {
                MaxSteps = (int)Math.Ceiling((double)Epochs * count / Batch),
                LearningRate = 3e-4,
                Seed = seed,
                PerDeviceTrainBatchSize = Batch,
                RecordDynamics = DynamicsMeasure.Answer,
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.ConstantWithWarmup, WarmupSteps = 8 },
                Optimizer = new OptimizerOptions { Beta2 = 0.99 },
            };
            new SftTrainer(model.Decoder, [.. items.Select(item => read.Example(item, item.Completion))], options, model.GenerationConfig.PadId).Train(folder, null, cancellationToken);
            var result = DynamicsRecord.Read(Path.Combine(folder, RunLayout.Dynamics), "seed study");
            var ranked = result.Dynamics;
            var lowest = ranked.Take((int)Math.Ceiling(0.1 * ranked.Count)).Count(item => wrong.Contains(item.Item.Id));
            var right = ranked.Where(item => !wrong.Contains(item.Item.Id)).Select(item => item.Hardness).ToList();
            return new(MeasuredHardness.Auc([.. ranked.Where(item => wrong.Contains(item.Item.Id)).Select(item => item.Hardness)], right), (double)lowest / planted,
                RandomMarks.Area(right, random), planted, result.Suspected.Count, result.Suspected.Count(item => wrong.Contains(item.Item.Id)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
