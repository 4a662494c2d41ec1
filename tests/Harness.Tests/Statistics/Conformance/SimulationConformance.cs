namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>The cases of statistics/*.jsonl that simulate or enumerate whole designs, but <see cref="CoverageConformance"/>: a class of their own, so that they run beside the others.</summary>
public sealed class SimulationConformance
{
    public static IEnumerable<TheoryDataRow<string, string>> Simulations() =>
        ConformanceFiles.Cases(file => !StatisticsConformance.OfTheory(file), kind => kind != StatisticsConformance.Coverage && StatisticsConformance.Simulated.Contains(kind));

    [Theory, MemberData(nameof(Simulations))]
    public void A_simulated_case_agrees(string file, string id) => StatisticsConformance.Run(ConformanceFiles.Case(file, id));
}
