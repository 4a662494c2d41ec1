using System.Reflection;
using System.Runtime.CompilerServices;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Harness.Xunit;

/// <summary>Trainings on easy and hard items: the subject of <see cref="GateAssertions.EasyDataRecovers"/>.</summary>
/// <example><code>
/// MeasuredStrata.Read("results/order.strata.json").Should().EasyDataRecovers(atLeast: 0.7);
/// </code></example>
public sealed record MeasuredStrata : MeasuredAnalysis
{
    /// <summary>The trainings' scores.</summary>
    public required StrataResult Result { get; init; }

    /// <summary>Reads a file of <c>gate strata</c>.</summary>
    /// <param name="path">Its path, relative to the repository's root.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static MeasuredStrata Read(string path)
    {
        var specs = Assembly.GetCallingAssembly();
        return Read(path, specs, SpecFolders.For(specs));
    }

    /// <summary>A result that the specs computed.</summary>
    /// <param name="result">The result.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static MeasuredStrata Of(StrataResult result)
    {
        var specs = Assembly.GetCallingAssembly();
        return Of(result, specs, SpecFolders.For(specs));
    }

    /// <summary>Name of the benchmark.</summary>
    public override string ToString() => "strata of " + Result.Benchmark;

    internal static MeasuredStrata Read(string path, Assembly specs, SpecFolders folders) =>
        Guarded($"gap recovered from easy data ({Path.GetFileName(path)})", specs, folders, root => AnalysisFile.Read<StrataResult>(Path.GetFullPath(path, root)), (result, place) => Of(result, path, place));

    internal static MeasuredStrata Of(StrataResult result, Assembly specs, SpecFolders folders) =>
        Guarded($"gap recovered from easy data of {result.Benchmark}", specs, folders, _ => result, (one, place) => Of(one, "computed by the spec", place));

    private static MeasuredStrata Of(StrataResult result, string source, SpecPlace place)
    {
        place.Session.Keep($"{place.Spec.FileStem}{StrataReader.Suffix}", AnalysisFile.Bytes(result));
        return new() { Result = result, Source = source, Spec = place.Spec, Folders = place.Folders, Session = place.Session };
    }
}
