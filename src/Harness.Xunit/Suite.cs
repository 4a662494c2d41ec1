using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Catalogs;
using SafetyGate.Harness.Runs;
using SafetyGate.Verifiers;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The public benchmarks of the catalog, each one line in a spec. Their files are fetched beforehand by <c>gate benchmarks pull</c>: a spec
/// reads no network, and one whose file is missing or has other bytes fails with the command that fetches it.
/// </summary>
public static class Suite
{
    /// <summary>A benchmark of the catalog.</summary>
    /// <param name="name">Its name, such as <c>xstest-safe</c>; <c>gate benchmarks list</c> prints them.</param>
    /// <exception cref="UserErrorException">No such benchmark, its file is not there, or it has other bytes than the catalog names.</exception>
    public static Benchmark FromCatalog(string name) => CatalogFolder.FromEnvironment().Load(name);

    /// <summary>A benchmark of the catalog as a gated metric, with the scorer that the catalog names for it.</summary>
    /// <param name="name">Its name, such as <c>xstest-safe</c>.</param>
    /// <param name="sampling">How responses are drawn.</param>
    /// <exception cref="UserErrorException">As for <see cref="FromCatalog"/>.</exception>
    public static GatedMetric GatedFromCatalog(string name, SamplingOptions sampling) =>
        new() { Benchmark = FromCatalog(name), Scorer = ScorerOf(name), Sampling = sampling };

    /// <summary>The scorer that the catalog names for a benchmark.</summary>
    /// <exception cref="UserErrorException">No such benchmark.</exception>
    public static IScorer ScorerOf(string name)
    {
        BuiltIn.Register();
        return Scorers.Scorer(BundledCatalog.Catalog.Find(name).Scorer);
    }
}
