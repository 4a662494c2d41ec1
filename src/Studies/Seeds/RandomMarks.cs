using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Seeds;

/// <summary>The control of an area under the curve: a third of the items marked at random, as the mean over several markings.</summary>
internal static class RandomMarks
{
    private const int Markings = 20;

    public static double Area(List<double> values, RandomStream random) => Enumerable.Range(0, Markings).Average(_ =>
    {
        List<double> drawn = [.. values];
        random.Shuffle(drawn);
        return MeasuredHardness.Auc(drawn[..(drawn.Count / 3)], drawn[(drawn.Count / 3)..]);
    });
}
