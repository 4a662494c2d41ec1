using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Studies.Distillation;

namespace SafetyGate.Studies.Seeds;

/// <summary>The smoke test picks the teacher the student gains most from, not the one with the best answers of its own.</summary>
internal sealed class TeacherChoiceStudy : ISeedStudy
{
    private const int FullDraws = 20, QuickDraws = 2, Allowed = 1;

    public string Group => "distill";

    public string Name => "distill-teachers";

    public string Title => "The smoke test picks the student's teacher";

    public string MustShow => "Of a strong teacher in a foreign notation and a weaker one in the student's own style, whose benchmark order and student order disagree, the smoke test picks the student's in 19 of 20 seeds or more.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var draws = context.Quick ? QuickDraws : FullDraws;
        List<Figures> figures = [];
        for (var seed = 1UL; seed <= (ulong)draws; seed++)
        {
            var own = seed;
            figures.Add(await context.KeptAsync(this, new { seed }, () => FiguresAsync(context, own, cancellationToken)));
        }

        var picked = figures.Count(one => one.MildGain > one.StrongGain);
        return new()
        {
            Setup = Invariant($"{draws} seeds; each teacher answers 64 sums of the training split, right answers only make its small set, the aligned base is trained on it for 6 steps of 32 and measured on 150 sums of the selection split, greedily."),
            Claims =
            [
                SeedClaim.Exact("seeds in which the teacher in the student's own style is picked", Invariant($"{draws - (draws == FullDraws ? Allowed : 0)} of {draws} or more"), picked, picked >= draws - (draws == FullDraws ? Allowed : 0), draws),
                SeedClaim.Above("gain from the weaker teacher − gain from the strong one", [.. figures.Select(one => one.MildGain - one.StrongGain)], 0),
                SeedClaim.Above("right answers: strong teacher − weaker one", [.. figures.Select(one => one.StrongOwn - one.MildOwn)], 0, control: true),
            ],
        };
    }

    private async Task<Figures> FiguresAsync(SeedStudyContext context, ulong seed, CancellationToken cancellationToken)
    {
        using var folder = new StudyFolder();
        var spec = DistillationSetup.Spec(context, seed) with { SmokeQuestions = 64, SmokeSteps = 6, SmokeSeeds = 1 };
        var distiller = new Distiller(spec, context.Store, folder.Path, context.Progress);
        var (questions, selection) = (Drawn(distiller.Questions(spec.Questions, "questions"), 64, seed), Drawn(distiller.Questions(spec.Selection, "selection"), 150, seed));
        var ranked = await distiller.RankAsync([SumTeachers.Strong, SumTeachers.Mild], questions, selection, cancellationToken);
        var (strong, mild) = (ranked.Single(one => one.Name == SumTeachers.Strong.Name), ranked.Single(one => one.Name == SumTeachers.Mild.Name));
        return new(strong.OwnRate, mild.OwnRate, strong.Gain, mild.Gain);
    }

    private static Benchmark Drawn(Benchmark all, int count, ulong seed)
    {
        var items = all.Items.ToArray();
        new RandomStream(seed, "distill/" + all.Name).Shuffle(items);
        return new(all.Name, all.Direction, items[..count]);
    }

    private sealed record Figures(double StrongOwn, double MildOwn, double StrongGain, double MildGain);
}
