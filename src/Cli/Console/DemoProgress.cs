using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Arms;
using SafetyGate.Studies.Demo;

namespace SafetyGate.Cli.Console;

/// <summary>
/// One line for each run of the demonstration: on a terminal it is redrawn with the time that is left, and stays with what was done; elsewhere
/// only what was done is written.
/// </summary>
internal sealed class DemoProgress(GateOutput output, TimeProvider time) : IDemoProgress
{
    private const string Train = "train", Evaluate = "evaluate ", Warning = "warning", Wait = "wait";
    private static readonly TimeSpan RedrawAfter = TimeSpan.FromMilliseconds(100);
    private double _secondsPerAnswer = 0.006; // on two idle cores
    private bool _isPaceOfAnswersSeen;
    private Reports? _now;

    public IProgress<RunProgress> Begin(PocketDemoRun run, int answers) =>
        _now = new(this, run, answers, new DemoEstimate(run.UsualSteps, run.SecondsPerStep, answers, _secondsPerAnswer, _isPaceOfAnswersSeen));

    public void End(PocketDemoRun run, PocketArm arm)
    {
        var done = _now!.Finish();
        if (done.Answers.Done > 0) (_secondsPerAnswer, _isPaceOfAnswersSeen) = (done.SecondsPerAnswer, done.IsPaceSeen);
        var trained = arm.Origin == RunOrigin.FromStore ? "from the store" : Invariant($"in {arm.Seconds:0} s");
        var answered = done.Answers.Done == 0 ? "its answers too" : Invariant($"{done.Answers.Done:N0} prompts answered in {done.Answers.At - done.Steps.At:0} s");
        Show(Invariant($"{Title(run)}  {arm.Steps} steps to {100 * arm.SelectionAccuracy ?? 0:0} % of the sums, {trained}; {answered}"), isLast: true);
    }

    private static string Title(PocketDemoRun run) => run.Title.PadRight(PocketDemoRun.All.Max(other => other.Title.Length));

    private void Show(string text, bool isLast)
    {
        if (!output.Interactive)
        {
            if (isLast) output.Error.WriteLine($"{text}");
            return;
        }

        output.Redraw(text);
        if (isLast) output.EndRedrawn();
    }

    private sealed class Reports(DemoProgress owner, PocketDemoRun run, int answers, DemoEstimate estimate) : IProgress<RunProgress>
    {
        private readonly Lock _lock = new();
        private readonly long _started = owner._time.GetTimestamp();
        private string _suite = "";
        private long _earlier, _inSuite, _shownAt;

        public DemoEstimate Finish()
        {
            lock (_lock) return estimate;
        }

        public void Report(RunProgress value)
        {
            lock (_lock)
            {
                var now = owner._time.GetTimestamp();
                var at = owner._time.GetElapsedTime(_started, now).TotalSeconds;
                if (value.Phase == Warning)
                {
                    owner.Show($"warning: {value.Detail}", isLast: true);
                    return;
                }

                if (value.Phase == Train) estimate.Step(value.Done, at);
                if (value.Phase.StartsWith(Evaluate, StringComparison.Ordinal)) Answered(value, at);
                if (_shownAt != 0 && owner._time.GetElapsedTime(_shownAt, now) < RedrawAfter) return;
                _shownAt = now;
                owner.Show(Text(value, at), isLast: false);
            }
        }

        // A suite begins with 0 done.
        private void Answered(RunProgress value, double at)
        {
            if (value.Phase != _suite || value.Done == 0) (_suite, _earlier) = (value.Phase, _earlier + _inSuite);
            _inSuite = value.Done;
            estimate.Answer(_earlier + _inSuite, at);
        }

        private string Text(RunProgress value, double at)
        {
            var doing = value.Phase switch
            {
                Wait => value.Detail,
                _ when estimate.IsTrained => Invariant($"answers {estimate.Answers.Done:N0} of {answers:N0} prompts"),
                Train => Invariant($"step {value.Done}{(value.Detail.Split(", ").FirstOrDefault(part => part.StartsWith("accuracy", StringComparison.Ordinal)) is { } accuracy ? $", {accuracy} of {100 * Pocket.Recipes.TargetAccuracy:0} %" : "")}"),
                _ => "begins",
            };
            var left = estimate.IsPaceSeen ? $"; about {ProgressTime.Words(TimeSpan.FromSeconds(estimate.Left(at)))} left" : "";
            return $"{Title(run)}  {doing}{left}";
        }
    }

    private readonly TimeProvider _time = time;
}
