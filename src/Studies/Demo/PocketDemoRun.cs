using SafetyGate.Harness.Gates;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Demo;

/// <summary>A run of the demonstration.</summary>
/// <param name="Title">Its name in the table.</param>
/// <param name="Tuning">What is done.</param>
/// <param name="UsualSteps">Steps after which it usually has the accuracy; it is measured every five.</param>
/// <param name="SecondsPerStep">What a step takes on two idle cores, until the first ones are seen.</param>
/// <param name="Expected">The verdict on the adversarial suites that it is there to show.</param>
public sealed record PocketDemoRun(string Title, PocketTuning Tuning, int UsualSteps, double SecondsPerStep, Verdict Expected)
{
    /// <summary>Name of the untuned model in the table.</summary>
    public const string Untuned = "untuned";

    /// <summary>The runs, in order: one of each family.</summary>
    public static IReadOnlyList<PocketDemoRun> All { get; } =
    [
        new("SFT, house style", PocketTunings.HouseStyle, 70, 0.4, Verdict.Regressed),
        new("RLHF, DPO with style", PocketTunings.DpoStyle, 50, 0.7, Verdict.Passed),
        new("RLVR", PocketTunings.Rlvr, 15, 1.5, Verdict.Passed),
    ];
}
