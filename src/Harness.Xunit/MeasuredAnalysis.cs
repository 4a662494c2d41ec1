using System.Reflection;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using Xunit.Sdk;

namespace SafetyGate.Harness.Xunit;

/// <summary>The result file of an analysis, such as <c>gate strata</c> writes it: the subject of the verbs about it.</summary>
public abstract record MeasuredAnalysis : Measured
{
    private protected MeasuredAnalysis() { }

    /// <summary>Where it was read from, or what made it.</summary>
    public required string Source { get; init; }

    internal override IReadOnlyList<TrainedModel> Models => [];

    internal override TextLine RunLine => new("result", Source);

    /// <summary>
    /// Makes a subject of what a function reads, given the root of the repository. What cannot be read fails the spec, and is in the log and
    /// the report.
    /// </summary>
    private protected static TSubject Guarded<T, TSubject>(string metric, Assembly specs, SpecFolders folders, Func<string, T> read, Func<T, SpecPlace, TSubject> make)
    {
        var place = new SpecPlace(SpecName.Current(), folders, SpecSession.For(folders, specs));
        try
        {
            return make(read(Path.GetDirectoryName(Path.GetFullPath(folders.Baselines)) ?? ""), place);
        }
        catch (UserErrorException e)
        {
            var message = $"{metric} could not be measured.\n  reason    {e.Message}";
            place.Session.Add(VerdictRecord.Unmeasured(place.Spec, metric, message) with { Source = SpecSource.Current(folders) });
            throw new GateFailureException(message);
        }
    }

    /// <summary>The spec that runs, and where it keeps things.</summary>
    private protected sealed record SpecPlace(BaselineKey Spec, SpecFolders Folders, SpecSession Session);
}
