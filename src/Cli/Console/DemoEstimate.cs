namespace SafetyGate.Cli.Console;

/// <summary>
/// How long a run of the demonstration still takes: its steps to the usual number, and the answers after them, at the pace that was seen.
/// </summary>
/// <param name="usualSteps">Steps after which it usually ends; it does not know itself when it will.</param>
/// <param name="secondsPerStep">Pace of the steps until some are seen.</param>
/// <param name="answers">Answers after the training.</param>
/// <param name="secondsPerAnswer">Pace of the answers until some are seen.</param>
/// <param name="isPaceOfAnswersSeen">Whether that pace was seen in an earlier run on this machine.</param>
internal sealed class DemoEstimate(int usualSteps, double secondsPerStep, int answers, double secondsPerAnswer, bool isPaceOfAnswersSeen = false)
{
    private const int BetweenMeasurements = 5; // after which a run may end
    private const int SeenSteps = 3, SeenAnswers = 200; // the first ones load and warm up

    /// <summary>Steps done, and when the last of them was, in seconds from the run's start.</summary>
    public (long Done, double At) Steps { get; private set; }

    /// <summary>Whether the training has ended.</summary>
    public bool IsTrained { get; private set; }

    /// <summary>Answers done, and when the last of them was.</summary>
    public (long Done, double At) Answers { get; private set; }

    /// <summary>Whether this machine's pace at what it does was seen, so that <see cref="Left"/> may be told.</summary>
    public bool IsPaceSeen => IsTrained ? isPaceOfAnswersSeen || Answers.Done >= SeenAnswers : Steps.Done >= SeenSteps;

    /// <summary>Seconds an answer takes, as far as is known.</summary>
    public double SecondsPerAnswer => Answers.Done >= SeenAnswers ? (Answers.At - Steps.At) / Answers.Done : secondsPerAnswer;

    /// <summary>A step was made.</summary>
    public void Step(long done, double at) => Steps = (done, at);

    /// <summary>So many answers were given; the training is over.</summary>
    public void Answer(long done, double at)
    {
        if (!IsTrained && Steps.Done == 0) Steps = (0, at); // from the store
        IsTrained = true;
        Answers = (done, at);
    }

    /// <summary>Seconds left.</summary>
    /// <param name="at">Seconds since the run's start.</param>
    public double Left(double at)
    {
        var pace = Steps.Done >= SeenSteps ? Steps.At / Steps.Done : secondsPerStep;
        var steps = IsTrained ? 0 : Math.Max(usualSteps - Steps.Done, BetweenMeasurements - (Steps.Done % BetweenMeasurements));
        var since = at - (IsTrained ? Answers.At : Steps.At); // of the piece that is being worked on
        return Math.Max(1, (steps * pace) + (Math.Max(0, answers - Answers.Done) * SecondsPerAnswer) - since);
    }
}
