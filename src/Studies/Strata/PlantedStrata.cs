using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Strata;

/// <summary>
/// Strata of a planted world: two answers, one linear rule of the features for each skill, linear probes as models. A skill's features are
/// 0 where an item does not need it.
/// </summary>
/// <param name="Skill">What hard items need.</param>
/// <param name="TestItems">Test items of each stratum.</param>
/// <param name="Examples">Training items of each arm.</param>
/// <param name="Seeds">Trainings of each arm.</param>
public sealed record PlantedStrata(PlantedSkill Skill, int TestItems, int Examples, int Seeds)
{
    private const int Features = 12, Steps = 150;
    private const double WrongHardLabels = 0.3;

    /// <summary>The least gap that is divided by.</summary>
    public const double SmallestGap = 0.15;

    /// <summary>Draws a world, trains and answers.</summary>
    /// <param name="seed">Seed of the world and of the trainings.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public StrataResult Run(ulong seed, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, $"planted/{Skill}");
        var rules = Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, Features).Select(_ => random.NextNormal()).ToArray()).ToList();
        var test = Enumerable.Range(0, 2 * TestItems).Select(i => Draw(i >= TestItems, rules, random)).ToList();
        var arms = new List<StrataArm> { new() { TrainedOn = TrainedOn.None, Seed = 0, Scores = [.. test.Select(_ => 0.5)] } }; // without a rule one answer is as likely as the other
        for (var training = 1; training <= Seeds; training++)
            foreach (var trained in (TrainedOn[])[TrainedOn.Easy, TrainedOn.Hard])
            {
                var items = Enumerable.Range(0, Examples).Select(_ => Draw(trained == TrainedOn.Hard, rules, random)).ToList();
                var probe = LinearProbe.Train(items, new ProbeOptions { Steps = Steps }, cancellationToken);
                arms.Add(new() { TrainedOn = trained, Seed = (ulong)training, Scores = [.. test.Select(item => ChoiceScore.Of(probe.Probabilities(item.Choices), item.Gold))] }); // an item of a skill that was not learnt is a toss-up
            }

        return new()
        {
            Benchmark = $"planted, {Skill}",
            BenchmarkDigest = "",
            Hardness = new() { Source = "planted", EasyAtMost = 0, HardAtLeast = 1 },
            Training = new() { Trainer = "probe", Examples = Examples, Steps = Steps },
            SmallestGap = SmallestGap,
            Items = [.. test.Select((_, i) => new StratifiedItem(Invariant($"{seed}-{i}"), i < TestItems ? 0 : 1))],
            Arms = arms,
        };
    }

    private ProbeQuestion Draw(bool isHard, List<double[]> rules, RandomStream random)
    {
        var skill = isHard && (Skill == PlantedSkill.Another || (Skill == PlantedSkill.Half && random.Next(2) == 0)) ? 1 : 0;
        var features = new double[2 * Features];
        var score = 0.0;
        for (var i = 0; i < Features; i++) score += rules[skill][i] * (features[(skill * Features) + i] = random.NextNormal());
        var isRight = score > 0;
        if (isHard && Skill == PlantedSkill.SameWithNoise && random.NextDouble() < WrongHardLabels) isRight = !isRight;
        return new([features, new double[2 * Features]], isRight ? 0 : 1);
    }
}
