using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Studies.Explanations;
using SafetyGate.Studies.Strata;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Studies.Seeds;

/// <summary>Explanations support, shuffled ones do not; copies do not generalize; shuffled words are no sentences.</summary>
internal sealed class DynamicsExplanationStudy : ISeedStudy
{
    private const int Siblings = 6;

    public string Group => "dynamics";

    public string Name => "dynamics-explanations";

    public string Title => "Explanations: what they support, and whether they generalize";

    public string MustShow => "shuffled explanations are at chance; explanations that copy the instance score low on generalizability.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var (learnt, read, steps) = context.Quick ? (1200, 200, 300) : (2400, 500, 1200);
        var found = new List<ExplanationFinding>();
        foreach (var seed in context.Seeds)
        {
            context.Progress.Report(new RunProgress(Name, found.Count, context.Seeds.Count, Invariant($"seed {seed}")));
            found.Add(await context.Kept(this, new { seed, learnt, read, steps, Siblings }, () => Read(context, seed, learnt, read, steps, cancellationToken)));
        }

        return new()
        {
            Setup = Invariant($"Worked answers of {read} sums; two readers of word sequences (two seeds) learn from {learnt} others to predict the answer, from the explanation alone or from the question alone, {steps} steps each, the answer hidden as a word in both. Shuffled: another item's explanation, that item's answer hidden. Chance: the answers of the shuffled reading, permuted once more. Copies repeat the question and state the answer. Each rule is applied to {Siblings} siblings of its item: the same story with other numbers. Grammaticality: mean log-probability of a token under the base, minus that of the same words shuffled."),
            Claims =
            [
                .. ((Stratum[])[Stratum.Easy, Stratum.Hard]).Select(stratum => SeedClaim.Above($"{Steps(stratum)}: explanations support (accuracy from the explanation minus from the question)", [.. found.Select(one => one.Of(stratum).Supports)], 0)),
                .. ((Stratum[])[Stratum.Easy, Stratum.Hard]).Select(stratum => SeedClaim.Near($"{Steps(stratum)}: shuffled explanations, accuracy above chance", [.. found.Select(one => one.Of(stratum).ShuffledAboveChance)], 0, 0.05)),
                .. ((Stratum[])[Stratum.Easy, Stratum.Hard]).Select(stratum => SeedClaim.Above($"{Steps(stratum)}: κ of the two readers", [.. found.Select(one => one.Of(stratum).Kappa)], ReaderAgreement.Least)),
                SeedClaim.Above("worked answers generalize: share of siblings", [.. found.Select(one => one.Generalizes)], 0.9),
                SeedClaim.Near("copies generalize: share of siblings", [.. found.Select(one => one.CopiesGeneralize)], 0, 0.15),
                SeedClaim.Above("worked answers are likelier than their words shuffled, nats a token", [.. found.Select(one => one.Grammatical)], 0),
            ],
        };
    }

    private static string Steps(Stratum stratum) => stratum == Stratum.Easy ? "three steps" : "four steps";

    private static ExplanationFinding Read(SeedStudyContext context, ulong seed, int learnt, int count, int steps, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, "dynamics-explanations");
        var (train, _) = PocketStrataItems.Read(context.Paths, "sums", withChoices: false, 1);
        List<StrataQuestion> all = [.. train.Items];
        random.Shuffle(all);
        var texts = all.Select(item => new ExplainedText(item.Id, item.Prompt, item.Answer, item.Completion)).ToList();
        var readers = ExplanationReading.Train(texts[..learnt], steps, seed, cancellationToken);
        var (asked, items) = (texts.Skip(learnt).Take(count).ToList(), all.Skip(learnt).Take(count).ToList());
        List<ExplainedText> others = [.. asked];
        random.Shuffle(others);
        var hardness = new HardnessScale { Source = "steps", EasyAtMost = 3, HardAtLeast = 4 };
        var own = asked.Select((item, at) => readers.Read(item, items[at].Hardness)).ToList();
        var shuffled = asked.Select((item, at) => readers.Read(item, items[at].Hardness, others[at])).ToList();
        var siblings = asked.Select(item => SumSiblings.Of(item.Question, Siblings, random)).ToList();
        var result = new ExplanationResult { Data = "sums", DataDigest = "", Hardness = hardness, Readers = ExplanationReading.Names(seed), Items = own };
        return new()
        {
            Strata = [.. result.Strata().Select(stratum => new StratumFinding(stratum.Stratum, stratum.Supports, stratum.Kappa ?? 0, AboveChance(shuffled.Zip(asked).Where(pair => hardness.Of(pair.First.Hardness) == stratum.Stratum).ToList(), random)))],
            Generalizes = asked.Zip(siblings, ExplanationReading.Generalizes).OfType<double>().Average(),
            CopiesGeneralize = asked.Zip(siblings, (item, own) => ExplanationReading.Generalizes(item with { Explanation = $"{item.Question} #### {item.Answer}" }, own)).OfType<double>().Average(),
            Grammatical = Grammatical(context, asked.Take(100).ToList(), seed, cancellationToken),
        };
    }

    // Accuracy minus that of the same answers given to other items of the stratum.
    private static double AboveChance(List<(ExplainedItem Read, ExplainedText Text)> items, RandomStream random)
    {
        const int permutations = 50;
        var chance = Enumerable.Range(0, permutations).Average(_ =>
        {
            List<string> golds = [.. items.Select(item => item.Text.Answer)];
            random.Shuffle(golds);
            return items.Zip(golds).Average(pair => pair.First.Read.Answers.Count(answer => answer == pair.Second) / 2.0);
        });
        return items.Average(item => item.Read.FromExplanation.Average()) - chance;
    }

    private static double Grammatical(SeedStudyContext context, List<ExplainedText> items, ulong seed, CancellationToken cancellationToken)
    {
        var compute = new ComputeOptions { Dtype = "float32" };
        using var model = PretrainedModel.Load(context.Paths.Base, compute.OpenDevice(), compute.ScalarType);
        return Grammaticality.Of(model, items, seed, cancellationToken).Average();
    }
}
