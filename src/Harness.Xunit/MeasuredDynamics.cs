using System.Reflection;
using System.Runtime.CompilerServices;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Harness.Reports;

namespace SafetyGate.Harness.Xunit;

/// <summary>How the items of a training set were learnt: the subject of <see cref="GateAssertions.LabelsAreSound"/>.</summary>
/// <example><code>
/// MeasuredDynamics.Read("results/sums.dynamics.json").Should().LabelsAreSound(atMost: 0.02);
/// </code></example>
public sealed record MeasuredDynamics : MeasuredAnalysis
{
    /// <summary>The dynamics.</summary>
    public required DynamicsResult Result { get; init; }

    /// <summary>Reads a file of <c>gate dynamics</c>.</summary>
    /// <param name="path">Its path, relative to the repository's root.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static MeasuredDynamics Read(string path)
    {
        var specs = Assembly.GetCallingAssembly();
        return Read(path, specs, SpecFolders.For(specs));
    }

    /// <summary>A result that the specs computed.</summary>
    /// <param name="result">The result.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static MeasuredDynamics Of(DynamicsResult result)
    {
        var specs = Assembly.GetCallingAssembly();
        return Of(result, specs, SpecFolders.For(specs));
    }

    /// <summary>Name of the training set.</summary>
    public override string ToString() => "training dynamics of " + Result.Data;

    internal static MeasuredDynamics Read(string path, Assembly specs, SpecFolders folders) =>
        Guarded($"suspected labels ({Path.GetFileName(path)})", specs, folders, root => AnalysisFile.Read<DynamicsResult>(Path.GetFullPath(path, root)), (result, place) => Of(result, path, place));

    internal static MeasuredDynamics Of(DynamicsResult result, Assembly specs, SpecFolders folders) =>
        Guarded($"suspected labels of {result.Data}", specs, folders, _ => result, (one, place) => Of(one, "computed by the spec", place));

    private static MeasuredDynamics Of(DynamicsResult result, string source, SpecPlace place)
    {
        place.Session.Keep($"{place.Spec.FileStem}{DynamicsReader.Suffix}", AnalysisFile.Bytes(result));
        return new() { Result = result, Source = source, Spec = place.Spec, Folders = place.Folders, Session = place.Session };
    }
}
