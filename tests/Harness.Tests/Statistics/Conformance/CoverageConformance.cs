namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>The cases of statistics/*.jsonl that simulate how often a sequence of limits covers: as much work as all other simulations, so beside them.</summary>
public sealed class CoverageConformance
{
    public static IEnumerable<TheoryDataRow<string, string>> Simulations() =>
        ConformanceFiles.Cases(file => !StatisticsConformance.OfTheory(file), kind => kind == StatisticsConformance.Coverage);

    [Theory, MemberData(nameof(Simulations))]
    public void A_simulated_case_agrees(string file, string id) => StatisticsConformance.Run(ConformanceFiles.Case(file, id));
}
