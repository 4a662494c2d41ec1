using SafetyGate.Analysis.Strata;
using SafetyGate.Harness.Gates;
using SafetyGate.Studies.Strata;

namespace SafetyGate.Studies.Seeds;

/// <summary>Four planted worlds land in four different verdicts.</summary>
internal sealed class StrataPlantedStudy : ISeedStudy
{
    private const double AtLeast = 0.8;

    private static readonly (PlantedSkill Skill, string Words, VerdictReason Reason)[] Worlds =
    [
        (PlantedSkill.Same, "same skill: recovered", VerdictReason.GapRecovered),
        (PlantedSkill.Half, "half another skill: partly recovered", VerdictReason.GapPartlyRecovered),
        (PlantedSkill.Another, "another skill: nothing recovered", VerdictReason.GapNotRecovered),
        (PlantedSkill.SameWithNoise, "same skill, 30 % wrong hard labels: inconclusive, no gap", VerdictReason.NoGap),
    ];

    public string Group => "strata";

    public string Name => "strata-planted";

    public string Title => "Four planted worlds, four verdicts";

    public string MustShow => "same skill, half another skill, another skill, and same skill with 30 % wrong hard labels land in four different verdicts.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var (test, examples, trainings) = context.Quick ? (500, 48, 4) : (1000, 48, 8);
        var claims = new List<SeedClaim>();
        var rows = new List<IReadOnlyList<string>>();
        foreach (var (skill, words, reason) in Worlds)
        {
            var found = new List<PlantedFinding>();
            foreach (var seed in context.Seeds)
                found.Add(await context.Kept(this, new { skill = $"{skill}", seed, test, examples, trainings, AtLeast }, () =>
                    PlantedFinding.Of(RunVerdicts.Decide(new RecoveryClaim { Strata = new PlantedStrata(skill, test, examples, trainings).Run(seed, cancellationToken), AtLeast = AtLeast }))));
            var landed = found.Count(one => one.Reason == $"{reason}");
            claims.Add(SeedClaim.Exact(words, Invariant($"this verdict in every world, {found.Count} of {found.Count}"), landed, landed == found.Count, found.Count, control: skill is PlantedSkill.Another or PlantedSkill.SameWithNoise));
            rows.AddRange(found.Select((one, at) => (IReadOnlyList<string>)[words.Split(':')[0], Invariant($"{context.Seeds[at]}"), one.Untrained, one.Easy, one.Hard, one.Recovered, one.Limits, one.Reason]));
        }

        return new()
        {
            Setup = Invariant($"Two answers, a linear rule for each skill, linear probes as models: {examples} training items, {trainings} trainings an arm, {test} easy and {test} hard test items; the verdict asks for {AtLeast:0.#} of the gap. Limits are one-sided at .05, by bootstrap over items (paired) and trainings (unpaired); the smallest gap is {PlantedStrata.SmallestGap:0.##}."),
            Claims = claims,
            Tables = [new("Accuracy on hard items, and what is recovered.", ["world", "seed", "untrained", "easy-trained", "hard-trained", "recovered", "limits", "verdict"], rows)],
        };
    }
}
