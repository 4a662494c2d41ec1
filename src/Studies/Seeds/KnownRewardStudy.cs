using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Studies.Seeds;

/// <summary>Whether a reward that is known is recovered from demonstrations of it.</summary>
internal sealed class KnownRewardStudy : ISeedStudy
{
    private const int Length = 8, PairsPerStep = 32, WarmupShare = 20, Rounds = 400, Lots = 8;
    private const double Rate = 2e-3;
    private const string Prompt = "tell me how to sort old photos .";
    private static readonly string[] Words = ["kite", "lamp", "bike", "boat", "drum", "fence", "chair", "table", "radio", "clock", "soup", "bread"];

    public string Group => "irl";

    public string Name => "irl-known-reward";

    public string Title => "A known reward is recovered";

    public string MustShow => "A reward that is linear in the words of a response is recovered from demonstrations: at least .95 of held-out pairs ordered rightly; at chance when demonstrations are permuted.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var (pairs, held) = context.Quick ? (960, 200) : (25_600, 1000);
        List<double> recovered = [], permuted = [], counted = [];
        foreach (var seed in context.Seeds)
        {
            var figures = await context.Kept(this, new { seed, pairs, held }, () => Run(context, seed, pairs, held, cancellationToken));
            recovered.Add(figures.Recovered);
            permuted.Add(figures.Permuted);
            counted.Add(figures.Counted);
        }

        return new()
        {
            Setup = Invariant($"Responses are {Length} of {Words.Length} words; each word has a weight drawn anew for each seed, and the reward is their sum. A policy that draws every word alike gives the responses; demonstrations are drawn from what an agent with that reward would say, word by word in proportion to exp(weight). {pairs} pairs of a demonstration and a response, each seen once, train a reward model from `models/pocket/small` by −log σ(r(demonstration) − r(response)), {PairsPerStep} an update, at a rate of {Rate} that falls by a cosine. It is asked to order {held} pairs of two fresh responses; permuted: which side of a training pair is the demonstration is drawn by lot, the mean of {Lots} trainings on a part of the pairs each, for one training points in one direction by chance."),
            Claims =
            [
                SeedClaim.Above("pairs ordered as by the known reward", recovered, 0.95),
                SeedClaim.Near("the same after training on permuted demonstrations", permuted, 0.5, 0.1),
                SeedClaim.Above("the same of the likeliest weights of the words, which are all that the pairs tell", counted, 0.95, required: false),
            ],
        };
    }

    private static Figures Run(SeedStudyContext context, ulong seed, int pairs, int held, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, "irl-known-reward");
        double[] weights = [.. Words.Select(_ => 0.45 * random.NextNormal())];
        double[] tilted = [.. weights.Select(Math.Exp)];
        double[] even = [.. weights.Select(_ => 1.0)];
        using var lab = new ShadowLab(context.Paths.Small);
        var training = Enumerable.Range(0, pairs).Select(i => (Id: Invariant($"{i}"), Better: Draw(tilted), Worse: Draw(even))).ToList();
        var swapped = training.Select(pair => random.Next(2) == 0 ? pair : (pair.Id, Better: pair.Worse, Worse: pair.Better)).Chunk((pairs + Lots - 1) / Lots).ToList();
        List<PreferencePair> asked = [];
        var (likeliest, ordered) = (Likeliest(training), 0);
        while (asked.Count < held)
        {
            var (a, b) = (Draw(even), Draw(even));
            if (Math.Abs(Reward(a) - Reward(b)) < 1e-9) continue; // the same words
            if (Reward(a) > Reward(b) == a.Sum(word => likeliest[word]) > b.Sum(word => likeliest[word])) ordered++;
            asked.Add(lab.Pair(Invariant($"h{asked.Count}"), Prompt, Text(Reward(a) > Reward(b) ? a : b), Text(Reward(a) > Reward(b) ? b : a)));
        }

        return new(Accuracy(training), swapped.Average(Accuracy), (double)ordered / held);

        double Accuracy(IReadOnlyList<(string Id, int[] Better, int[] Worse)> rows)
        {
            var steps = Math.Max(1, rows.Count / PairsPerStep);
            var options = new RewardModelOptions
            {
                MaxSteps = steps,
                LearningRate = Rate,
                Seed = seed,
                PerDeviceTrainBatchSize = PairsPerStep,
                HeldOut = 0,
                Schedule = new() { Kind = ScheduleKind.Cosine, WarmupSteps = steps / WarmupShare },
                Optimizer = new() { Beta2 = 0.99 },
            };
            using var model = lab.Train([.. rows.Select(row => lab.Pair(row.Id, Prompt, Text(row.Better), Text(row.Worse)))], options, cancellationToken);
            return ShadowLab.Accuracy(model, asked);
        }

        double Reward(int[] words) => words.Sum(word => weights[word]);

        int[] Draw(double[] shares)
        {
            var total = shares.Sum();
            return [.. Enumerable.Range(0, Length).Select(_ =>
            {
                var at = random.NextDouble() * total;
                var word = 0;
                while (word < shares.Length - 1 && at >= shares[word]) at -= shares[word++];
                return word;
            })];
        }
    }

    // Weights of words that make the pairs likeliest, by ascent: what a reward that is linear in them can know at best.
    private static double[] Likeliest(List<(string Id, int[] Better, int[] Worse)> pairs)
    {
        double[][] more = [.. pairs.Select(pair => Enumerable.Range(0, Words.Length).Select(word => (double)(pair.Better.Count(own => own == word) - pair.Worse.Count(own => own == word))).ToArray())];
        var weights = new double[Words.Length];
        for (var round = 0; round < Rounds; round++)
        {
            var slope = new double[Words.Length];
            foreach (var row in more)
            {
                var margin = 0.0;
                for (var word = 0; word < row.Length; word++) margin += row[word] * weights[word];
                var wrong = 1 / (1 + Math.Exp(margin));
                for (var word = 0; word < row.Length; word++) slope[word] += wrong * row[word];
            }

            for (var word = 0; word < weights.Length; word++) weights[word] += 1.5 * slope[word] / pairs.Count;
        }

        return weights;
    }

    private static string Text(int[] words) => string.Join(' ', words.Select(word => Words[word]));

    private sealed record Figures(double Recovered, double Permuted, double Counted);
}
