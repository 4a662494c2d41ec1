using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Runs the steps of a batch of one shape: recorded where that is possible, else operator by operator. The first recorded steps are also run
/// operator by operator; where their tokens differ, or anything else fails, recording ends and nothing is lost.
/// </summary>
internal sealed class StepRunner : IDisposable
{
    private const int WarmUpSteps = 2, CheckedSteps = 2;
    private readonly StepState _state;
    private readonly StepDecoding _decoding;
    private readonly IDisposable? _entered;
    private IRecordedStep? _recorded;
    private int _plain, _checked;

    public StepRunner(StepState state, StepDecoding decoding)
    {
        (_state, _decoding) = (state, decoding);
        try
        {
            _entered = decoding.Recorder?.Enter();
        }
        catch (StepRecordingException e)
        {
            decoding.Lose(e.Message);
        }
    }

    /// <summary>Takes a step.</summary>
    public void Step()
    {
        if (_decoding.Recorder is { } recorder && _entered is not null && _recorded is null && _plain >= WarmUpSteps) Record(recorder);
        if (_recorded is null)
        {
            _state.Operators();
            _plain++;
        }
        else if (_checked < CheckedSteps) CheckedRun();
        else Repeat();
        _state.Advance();
    }

    public void Dispose()
    {
        _recorded?.Dispose();
        _entered?.Dispose();
    }

    private void Record(IStepRecorder recorder)
    {
        try
        {
            _recorded = recorder.Record(_state.Operators);
        }
        catch (StepRecordingException e)
        {
            Lose(e.Message);
        }
    }

    private void CheckedRun()
    {
        _state.Save();
        _state.Operators();
        var expected = _state.Left();
        _state.Rewind();
        if (!Repeat()) return;
        if (_state.Left().AsSpan().SequenceEqual(expected))
        {
            _checked++;
            _decoding.Count();
            return;
        }
        Lose("the recorded step drew other tokens than its operators");
        _state.Rewind();
        _state.Operators();
    }

    // Whether the recorded step ran; if not, its operators did.
    private bool Repeat()
    {
        try
        {
            _recorded!.Run();
            return true;
        }
        catch (StepRecordingException e)
        {
            Lose(e.Message);
            _state.Operators();
            return false;
        }
    }

    private void Lose(string reason)
    {
        _recorded?.Dispose();
        _recorded = null;
        _decoding.Lose(reason);
    }
}
