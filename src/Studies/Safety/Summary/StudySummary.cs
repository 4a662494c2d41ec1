using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;

namespace SafetyGate.Studies.Safety.Summary;

/// <summary>A study's arms and their comparisons, section by section.</summary>
public sealed class StudySummary
{
    private readonly IReadOnlyList<ArmSummary> _arms;

    /// <summary>Summarizes the runs of a study.</summary>
    /// <param name="study">The study.</param>
    /// <param name="result">Its runs; arms without any are left out.</param>
    /// <param name="metrics">The metrics of a task.</param>
    public StudySummary(Study study, StudyResult result, Func<StudyDomain, StudyMetrics> metrics)
    {
        (Study, Result) = (study, result);
        _arms = [.. study.Arms.Select(arm => SummaryOf(arm, metrics)).Where(arm => arm.Runs.Count + arm.Failures.Count > 0)];
    }

    /// <summary>The study.</summary>
    public Study Study { get; }

    /// <summary>Its runs.</summary>
    public StudyResult Result { get; }

    /// <summary>The arms with runs, in the study's order.</summary>
    public IReadOnlyList<ArmSummary> Arms => _arms;

    /// <summary>Sections that have arms.</summary>
    public IEnumerable<StudyPart> Parts => Study.Settings.Parts.Where(part => ArmsOf(part).Count > 0);

    /// <summary>Arms of a section.</summary>
    public IReadOnlyList<ArmSummary> ArmsOf(StudyPart part) => [.. _arms.Where(arm => arm.Arm.Parts.Contains(part.Name))];

    /// <summary>The comparisons of a section with its anchor; none without one.</summary>
    public IReadOnlyList<ArmContrast> ContrastsOf(StudyPart part) =>
        _arms.FirstOrDefault(arm => arm.Arm.Name == part.Anchor) is { } anchor
            ? [.. ArmsOf(part).Where(arm => arm != anchor).Select(arm => new ArmContrast { Arm = arm, Anchor = anchor })] : [];

    private ArmSummary SummaryOf(StudyArm arm, Func<StudyDomain, StudyMetrics> metrics)
    {
        List<StudyRun> runs = [.. Result.Runs.Where(run => run.Arm == arm.Name).OrderBy(run => run.Seed)];
        return new()
        {
            Arm = arm,
            Target = Study.TargetOf(arm),
            Runs = runs,
            Failures = [.. Result.Failures.Where(failure => failure.Arm == arm.Name).OrderBy(failure => failure.Seed)],
            Metrics = metrics(Study.Settings.Domains.First(domain => domain.Name == arm.Domain)),
            Resampled = StudyResamples.Of(arm.Name, arm.Domain, runs),
        };
    }
}
