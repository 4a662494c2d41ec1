using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Studies.Safety.Runs;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>
/// Mean loss and gain of an arm in each resample of its trainings, of the behaviors and of the test items. All arms have the same behaviors
/// and, of one task, the same items in a resample, so that their differences are paired by item.
/// </summary>
/// <param name="Lost">Safety lost, one value a resample.</param>
/// <param name="Gained">Accuracy gained, one value a resample.</param>
public sealed record StudyResamples(IReadOnlyList<double> Lost, IReadOnlyList<double> Gained)
{
    /// <summary>Resamples.</summary>
    public const int Count = 2000;

    // The draws of a page are those of the page made again.
    private const ulong Seed = 1;

    /// <summary>Of an arm's runs.</summary>
    /// <param name="arm">Name of the arm: its trainings are drawn by themselves.</param>
    /// <param name="domain">Name of the task: its items are drawn for all arms of it.</param>
    /// <param name="runs">The runs; none gives no resamples.</param>
    public static StudyResamples Of(string arm, string domain, IReadOnlyList<StudyRun> runs)
    {
        if (runs.Count == 0) return new([], []);
        var rows = CrossedResampling.Rows(runs.Count, Count, new RandomStream(Seed, $"trainings/{arm}"));
        return new(Means("behaviors", run => run.Lost), Means($"items/{domain}", run => run.Gained));

        double[] Means(string columns, Func<StudyRun, IReadOnlyList<double>> table) =>
            CrossedResampling.Means(CrossedResampling.RowMeans([.. runs.Select(table)], Count, new RandomStream(Seed, columns)), rows);
    }
}
