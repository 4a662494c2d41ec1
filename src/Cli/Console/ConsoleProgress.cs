using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Console;

/// <summary>Shows long work: a bar that is redrawn on a terminal, a line every few seconds elsewhere.</summary>
internal sealed class ConsoleProgress(GateOutput output, TimeProvider time) : IProgress<RunProgress>
{
    private const string Warning = "warning"; // each is told
    private static readonly TimeSpan RedrawAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LineAfter = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private string _phase = "";
    private long _phaseStarted, _done;
    private long _shownAt;
    private bool _barOpen;

    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var isNew = value.Phase != _phase || value.Done < _done; // the next training of several begins again
            if (isNew) (_phase, _phaseStarted) = (value.Phase, now);
            _done = value.Done;
            var isLast = value.Total > 0 && value.Done >= value.Total;
            var wait = output.Interactive ? RedrawAfter : LineAfter;
            if (!isNew && !isLast && value.Phase != Warning && time.GetElapsedTime(_shownAt, now) < wait) return;
            _shownAt = now;
            var text = Text(value, time.GetElapsedTime(_phaseStarted, now));
            if (!output.Interactive) output.Error.WriteLine($"{text}");
            else
            {
                if ((isNew || value.Phase == Warning) && _barOpen) output.EndRedrawn();
                output.Redraw(text);
                _barOpen = true;
                if (isLast) Close();
            }
        }
    }

    /// <summary>Ends the bar's line, before other text follows.</summary>
    public void Close()
    {
        if (_barOpen) output.EndRedrawn();
        _barOpen = false;
    }

    private static string Text(RunProgress value, TimeSpan elapsed)
    {
        if (value.Phase == Warning) return $"warning: {value.Detail}";
        var detail = value.Detail.Length > 0 ? $"  {value.Detail}" : "";
        if (value.Total <= 0) return Invariant($"{value.Phase}  {value.Done}{detail}");
        const int width = 24;
        var share = Math.Clamp((double)value.Done / value.Total, 0, 1);
        var filled = (int)(share * width);
        var left = share > 0 && share < 1 ? Invariant($"  about {elapsed.TotalSeconds * (1 - share) / share:0} s left") : "";
        return Invariant($"{value.Phase}  [{new string('#', filled)}{new string('.', width - filled)}] {value.Done}/{value.Total}{detail}{left}");
    }
}
