using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Console;

/// <summary>
/// Shows long work: on a terminal a bar that is redrawn; elsewhere a line for each part that is finished, and one a minute of a part that
/// takes longer.
/// </summary>
internal sealed class ConsoleProgress(GateOutput output, TimeProvider time) : IProgress<RunProgress>
{
    private const string Warning = "warning"; // each is told
    private static readonly TimeSpan RedrawAfter = TimeSpan.FromMilliseconds(100), SayAfter = TimeSpan.FromSeconds(5), LineAfter = TimeSpan.FromMinutes(1);
    private readonly Lock _lock = new();
    private readonly ProgressClock _clock = new(time);
    private (string Phase, string Subject) _part, _message; // the last with a total, and the last of any kind
    private long _shownAt;
    private bool _barOpen, _barIsEmpty;
    private string? _untold; // in a log, of a part that is under way

    public void Report(RunProgress value)
    {
        lock (_lock)
        {
            output.EndProgress = Close;
            var named = (value.Phase, value.Subject);
            var (isOther, isOtherPart) = (named != _message, named != _part);
            var said = value.Total > 0 ? _clock.Of(value) : new(isOther, EndsPiece: false, Left: null);
            if (output.Interactive) Draw(value, said with { Begins = said.Begins || isOther });
            else if (value.Total > 0) Tell(value, said, isOtherPart);
            else if (value.Phase == Warning || isOther || time.GetElapsedTime(_shownAt) >= SayAfter)
            {
                if (value.Phase != Warning) TellEnded(); // such as a training that failed
                Line(Text(value, said));
            }
            if (value.Phase == Warning) return;
            _message = named;
            if (value.Total > 0) _part = named;
        }
    }

    /// <summary>Ends the bar's line, before other text follows.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_barOpen) output.EndRedrawn();
            _barOpen = false;
            TellEnded();
        }
    }

    private void Draw(RunProgress value, ProgressTime said)
    {
        var now = time.GetTimestamp();
        var (isLast, isWarning) = (IsLast(value), value.Phase == Warning);
        if (!said.Begins && !isLast && !isWarning && time.GetElapsedTime(_shownAt, now) < RedrawAfter) return;
        _shownAt = now;
        if (_barOpen && !_barIsEmpty && (said.Begins || isWarning)) output.EndRedrawn();
        output.Redraw(Text(value, said));
        (_barOpen, _barIsEmpty) = (true, value is { Total: > 0, Done: 0 });
        if (!isLast && !isWarning) return;
        output.EndRedrawn();
        _barOpen = false;
    }

    private void Tell(RunProgress value, ProgressTime said, bool isOther)
    {
        if (isOther) TellEnded(); // short of its total: a training that reached its target
        _untold = null;
        if (isOther && said.Begins) _shownAt = time.GetTimestamp();
        var isLong = !isOther && time.GetElapsedTime(_shownAt) >= LineAfter;
        if (IsLast(value) || said.EndsPiece || isLong || (said.Begins && value is { Done: 0, Detail.Length: > 0 })) Line(Text(value, said));
        else if (value.Done > 0) _untold = Text(value, said with { Left = null }); // told when the part has ended
    }

    private void TellEnded()
    {
        if (_untold is { } ended) output.Error.WriteLine($"{ended}");
        _untold = null;
    }

    private void Line(string text)
    {
        output.Error.WriteLine($"{text}");
        _shownAt = time.GetTimestamp();
    }

    private static bool IsLast(RunProgress value) => value.Total > 0 && value.Done >= value.Total;

    private static string Text(RunProgress value, ProgressTime said)
    {
        if (value.Phase == Warning) return $"warning: {value.Detail}";
        var what = value.Subject.Length > 0 ? $"{value.Subject}: {value.Phase}" : value.Phase;
        var detail = value.Detail.Length > 0 ? $"  {value.Detail}" : "";
        if (value.Total <= 0) return value.Done > 0 ? Invariant($"{what}  {value.Done}{detail}") : $"{what}{detail}";
        const int width = 24;
        var filled = (int)(Math.Clamp((double)value.Done / value.Total, 0, 1) * width);
        var left = said.Left is { } time ? $"  about {ProgressTime.Words(time)} left" : "";
        return Invariant($"{what}  [{new string('#', filled)}{new string('.', width - filled)}] {value.Done}/{value.Total}{detail}{left}");
    }
}
