using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>Sizes that can work: items an unchanged model needs to pass, by discordance and margin.</summary>
public static class PowerTable
{
    /// <summary>Discordances of the rows: none, three that trainings show, and two independent draws of a rate of .95.</summary>
    public static IReadOnlyList<double> Discordances { get; } = [0, 0.01, 0.02, 0.04, 0.095];

    /// <summary>Margins of the columns.</summary>
    public static IReadOnlyList<double> Margins { get; } = [0.02, 0.03, 0.05];

    /// <summary>
    /// Items from which on P(Passed) of an unchanged model reaches .90 at 101 successive sizes; <c>null</c> when none up to
    /// <see cref="PowerQuestion.MostItems"/>.
    /// </summary>
    public static int? Items(double discordance, double margin, double alpha = 0.05) =>
        MinimalSize.Find(discordance / 2, discordance / 2, margin, alpha, UnderpoweredGate.Target, PowerQuestion.MostItems)?.Stays;
}
