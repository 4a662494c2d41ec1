using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Console;

/// <summary>
/// What is known of the parts of long work from their reports: whether a part begins, whether it goes on after parts within it, and the time
/// left, once some of it was seen to be done. A part is a phase of one subject; the next training under the same names is another.
/// </summary>
internal sealed class ProgressClock(TimeProvider time)
{
    private static readonly TimeSpan Evidence = TimeSpan.FromSeconds(1); // less is measured of a start, not of a pace
    private readonly Dictionary<(string Phase, string Subject), Part> _parts = [];
    private long _reports;

    /// <summary>Takes a report into account.</summary>
    /// <param name="value">The report, of known total.</param>
    public ProgressTime Of(RunProgress value)
    {
        var (key, now) = ((value.Phase, value.Subject), time.GetTimestamp());
        var begins = !_parts.TryGetValue(key, out var part) || value.Done < part.Done || part.Done >= part.Total || value.Total != part.Total;
        if (begins) part = new(now, value.Done, _reports);
        var within = begins ? [] : _parts.Where(other => other.Value.Began > part!.Reported).Select(other => other.Key).ToList();
        foreach (var inner in within) _parts.Remove(inner); // the next of that name belongs to the next piece of this part
        (part!.Done, part.Total, part.Reported) = (value.Done, value.Total, ++_reports);
        _parts[key] = part;
        var (done, elapsed) = (value.Done - part.First, time.GetElapsedTime(part.Started, now));
        var isKnown = done > 0 && elapsed >= Evidence && value.Done < value.Total;
        return new(begins, within.Count > 0, isKnown ? elapsed * ((double)(value.Total - value.Done) / done) : null);
    }

    private sealed class Part(long started, long first, long began)
    {
        public long Started => started;

        public long First => first;

        public long Began { get; } = began + 1;

        public long Done { get; set; }

        public long Total { get; set; }

        public long Reported { get; set; }
    }
}
