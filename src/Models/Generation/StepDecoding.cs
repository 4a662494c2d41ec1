using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Generation;

/// <summary>How a generator takes its steps on a device: with a recorder, for as long as that works, or without.</summary>
/// <param name="recorder">Records steps; <c>null</c>: they run operator by operator.</param>
/// <param name="lost">Told why recording ended, once; may be <c>null</c>.</param>
internal sealed class StepDecoding(IStepRecorder? recorder, Action<string>? lost = null)
{
    /// <summary>Records steps; <c>null</c> where nothing can, or no longer.</summary>
    public IStepRecorder? Recorder { get; private set; } = recorder;

    /// <summary>Recorded steps that drew the tokens of their operators.</summary>
    public int Confirmed { get; private set; }

    /// <summary>Why recording ended; <c>null</c> if it did not.</summary>
    public string? WhyLost { get; private set; }

    /// <summary>Ends recording for this generator.</summary>
    public void Lose(string reason)
    {
        if (Recorder is null) return;
        (Recorder, WhyLost) = (null, reason);
        lost?.Invoke(reason);
    }

    /// <summary>Counts a recorded step that was checked.</summary>
    public void Count() => Confirmed++;
}
