using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Runs;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>What the verbs say of one subject, on its way into the report: with the run, the place of the spec, and the responses behind each flipped item.</summary>
internal sealed class SubjectReport(MeasuredRun subject)
{
    /// <summary>Reports a decided question.</summary>
    public void Add(ReportedClaim claim, GateOutcome outcome, string message, IReadOnlyList<SuiteVerdict> suites, bool fails, string? received = null)
    {
        if (subject.Reports is null) return;
        var flipped = FlippedItems.Of(outcome, Prompts(), Texts(outcome));
        Add(ReportedVerdict.Of(subject.Spec, claim, outcome, message, suites, fails) with { Flipped = flipped }, received);
    }

    /// <summary>Reports a verdict that no paired comparison made.</summary>
    public void Add(LoggedVerdict logged, ReportedClaim claim, string message, FloorFinding? floor = null, string? received = null) =>
        Add(ReportedVerdict.Of(logged) with
        {
            Claim = claim,
            Message = logged.Verdict == Verdict.Passed ? logged.Headline : message,
            Direction = subject.Subject.Now.Measurement.Direction,
            Floor = floor,
            ApproveCommand = received is null ? null : BaselineStore.ApproveCommand(subject.Spec),
        }, received);

    private void Add(ReportedVerdict verdict, string? received)
    {
        var record = subject.Run.Record;
        verdict = verdict with
        {
            Run = new(record.Name, record.Digest, record.Seed, record.Steps),
            Source = SpecSource.Current(subject.Folders),
            Received = received is null ? null : Path.GetFileName(received),
        };
        subject.Reports?.KeepMetrics(record.Digest, subject.Run.MetricsFile);
        subject.Reports?.Add(verdict);
        if (verdict.Verdict != Verdict.Passed || verdict.Fails) TestContext.Current.AddAttachment(SpecAttachments.Unused("report"), MarkdownReport.Verdict(verdict));
        if (received is not null) TestContext.Current.AddAttachment(SpecAttachments.Unused("received"), File.ReadAllBytes(received), "application/json");
    }

    private Dictionary<string, string> Prompts() => subject.Subject.Metric.Benchmark.Items.ToDictionary(i => i.Id, i => i.Prompt, StringComparer.Ordinal);

    // Both sides are at hand in a comparison with the reference. An approved run's responses are known by digest only: many are
    // said again word by word, the others lie in the store when this machine has had that run.
    private Dictionary<string, string> Texts(GateOutcome outcome)
    {
        var before = FlippedItems.DigestsBefore(outcome);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (before.Count == 0) return texts;
        foreach (var response in subject.Subject.Now.Responses.Concat(subject.Subject.Reference.Responses)) texts.TryAdd(response.Digest, response.Response.Text);
        var unknown = before.Where(digest => !texts.ContainsKey(digest)).ToHashSet(StringComparer.Ordinal);
        foreach (var (digest, text) in StoredTexts.Find(subject.Folders.Store, outcome.Question.Approved!.Model.WeightsDigest, unknown)) texts[digest] = text;
        return texts;
    }
}
