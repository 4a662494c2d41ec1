using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Studies.Seeds;

/// <summary>Whether a reward that is known is recovered from demonstrations of it.</summary>
internal sealed class KnownRewardStudy : ISeedStudy
{
    private const int Length = 8;
    private const string Prompt = "tell me how to sort old photos .";
    private static readonly string[] Words = ["kite", "lamp", "bike", "boat", "drum", "fence", "chair", "table", "radio", "clock", "soup", "bread"];

    public string Group => "irl";

    public string Name => "irl-known-reward";

    public string Title => "A known reward is recovered";

    public string MustShow => "A reward that is linear in the words of a response is recovered from demonstrations: at least .95 of held-out pairs ordered rightly; at chance when demonstrations are permuted.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var (pairs, held) = context.Quick ? (480, 200) : (6400, 1000);
        List<double> recovered = [], permuted = [];
        foreach (var seed in context.Seeds)
        {
            var figures = await context.Kept(this, new { seed, pairs, held }, () => Run(context, seed, pairs, held, cancellationToken));
            recovered.Add(figures.Recovered);
            permuted.Add(figures.Permuted);
        }

        return new()
        {
            Setup = Invariant($"Responses are {Length} of {Words.Length} words; each word has a weight drawn anew for each seed, and the reward is their sum. A policy that draws every word alike gives the responses; demonstrations are drawn from what an agent with that reward would say, word by word in proportion to exp(weight). {pairs} pairs of a demonstration and a response, each seen once, train a reward model from `models/pocket/small` by −log σ(r(demonstration) − r(response)). It is asked to order {held} pairs of two fresh responses; permuted: which side of a training pair is the demonstration is drawn by lot."),
            Claims =
            [
                SeedClaim.Above("pairs ordered as by the known reward", recovered, 0.95),
                SeedClaim.Near("the same after training on permuted demonstrations", permuted, 0.5, 0.1),
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
        var swapped = training.Select(pair => random.Next(2) == 0 ? pair : (pair.Id, Better: pair.Worse, Worse: pair.Better)).ToList();
        List<PreferencePair> asked = [];
        while (asked.Count < held)
        {
            var (a, b) = (Draw(even), Draw(even));
            if (Math.Abs(Reward(a) - Reward(b)) < 1e-9) continue; // the same words
            asked.Add(lab.Pair(Invariant($"h{asked.Count}"), Prompt, Text(Reward(a) > Reward(b) ? a : b), Text(Reward(a) > Reward(b) ? b : a)));
        }

        return new(Accuracy(training), Accuracy(swapped));

        double Accuracy(List<(string Id, int[] Better, int[] Worse)> rows)
        {
            using var model = lab.Train([.. rows.Select(row => lab.Pair(row.Id, Prompt, Text(row.Better), Text(row.Worse)))], pairs / 16, 1e-3, seed, cancellationToken);
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

    private static string Text(int[] words) => string.Join(' ', words.Select(word => Words[word]));

    private sealed record Figures(double Recovered, double Permuted);
}
