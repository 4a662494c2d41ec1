using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>The first approved result as the anchor: approvals do not move it.</summary>
public sealed class FirstApprovedSpecs : IDisposable
{
    private static readonly BaselineKey Key = Documents.Key;
    private static readonly GateSettings Anchored = Fake.TwoPoints with { Anchor = AnchorKind.FirstApproved };
    private readonly BaselineStore _store = new(Directory.CreateTempSubdirectory("first").FullName);

    private string First => Path.Combine(_store.Directory, Key.FileStem + ".first.json");

    public void Dispose() => Directory.Delete(_store.Directory, recursive: true);

    /// <summary>A result of 1000 items of which so many are bad.</summary>
    private static ResultDocument Release(int bad, GateSettings? settings = null)
    {
        var document = Documents.Of(new string('0', bad) + new string('1', 1000 - bad), Invariant($"release with {bad} bad"));
        return document with { Metrics = [document.Metrics[0] with { Gate = settings ?? Anchored }] };
    }

    private ApprovalNote Approve(ResultDocument document, bool newAnchor = false)
    {
        _store.Receive(Key, document);
        return _store.Approve(Key, new() { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "as it is", NewAnchor = newAnchor });
    }

    private Decision Judge(ResultDocument now) => RunVerdicts.Decide(Fake.Ask(_store.Approved(Key)!.Metrics[0].Measurement, now.Metrics[0].Measurement, Anchored) with { Anchor = _store.FirstApproved(Key)!.Metrics[0].Measurement });

    // Tango's lower limits at .05 for 30 and 40 lost of 1000: −4.07 and −5.19 points.
    [Fact]
    public void Ten_releases_may_not_lose_a_point_each_although_each_is_approved()
    {
        var first = Approve(Release(0));
        Assert.Equal((first.Sha256, false), (first.First, File.Exists(First)));
        List<(Verdict, VerdictReason)> decided = [];
        for (var release = 1; release <= 10; release++)
        {
            var now = Release(10 * release);
            var decision = Judge(now);
            decided.Add((decision.Verdict, decision.Reason));
            Assert.Equal((Verdict.Passed, -.01), (decision.Paired!.Verdict, decision.Paired.Comparison.Difference)); // as good as the release before
            Assert.Equal(-.01 * release, decision.Paired.Anchor!.Comparison.Difference, 1e-12);
            Assert.Equal(first.Sha256, Approve(now).First);
            Assert.Equal(ResultFile.Bytes(Release(0)), File.ReadAllBytes(First));
        }

        Assert.Equal(Enumerable.Repeat((Verdict.Passed, VerdictReason.WithinMargin), 3).Concat(Enumerable.Repeat((Verdict.Regressed, VerdictReason.Anchor), 7)), decided);
        Assert.Contains("regressed against its anchor, the first approved result: small losses have added up.", Judge(Release(110)).Message, StringComparison.Ordinal);
        Assert.Empty(_store.FirstApprovedProblems());
    }

    [Fact]
    public void A_kept_result_that_is_edited_exchanged_or_gone_is_seen()
    {
        Approve(Release(0));
        Approve(Release(10));
        const string differs = "is not the result that was approved first: its SHA-256 differs; the approval note";
        foreach (var (damage, saying) in new (Action, string)[]
                 {
                     (() => File.AppendAllText(First, " "), differs),
                     (() => File.Copy(_store.VerifiedPath(Key), First, overwrite: true), differs),
                     (() => File.Delete(First), "is gone; the approval note"),
                 })
        {
            damage();
            var error = Assert.Throws<UserErrorException>(() => _store.FirstApproved(Key));
            Assert.Equal(GateExitCode.NotComparable, error.ExitCode);
            Assert.Contains($"{First} {saying}", error.Message, StringComparison.Ordinal);
            Assert.Equal([error.Message], _store.FirstApprovedProblems());
            Assert.Throws<UserErrorException>(() => Approve(Release(20)));
        }
    }

    [Fact]
    public void A_note_that_no_longer_records_the_first_result_is_not_believed()
    {
        Approve(Release(0));
        Approve(Release(10));
        var note = _store.NotePath(Key);
        File.WriteAllText(note, string.Concat(File.ReadLines(note).Where(line => !line.StartsWith("- first", StringComparison.Ordinal)).Select(line => line + "\n")));
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
        Assert.Contains("does not record the first approved result", Assert.Throws<UserErrorException>(() => _store.FirstApproved(Key)).Message, StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => Approve(Release(20)));
        Assert.Single(_store.FirstApprovedProblems());
    }

    [Fact]
    public void A_note_whose_first_result_is_no_digest_is_no_note()
    {
        Approve(Release(0));
        var note = _store.NotePath(Key);
        File.WriteAllLines(note, File.ReadAllLines(note).Select(line => line.StartsWith("- first: ", StringComparison.Ordinal) ? "- first: the old one" : line));
        Assert.Null(_store.NoteOf(Key));
        Assert.NotEqual(BaselineStatus.Approved, _store.Status(Key));
    }

    [Fact]
    public void One_metric_of_several_is_enough_to_pin_the_first_result_and_the_same_result_again_keeps_no_copy()
    {
        static MetricResult Named(MetricResult metric, string name, GateSettings gate) => metric with { Measurement = metric.Measurement with { Metric = name }, Gate = gate };
        var both = Release(0);
        both = both with { Metrics = [both.Metrics[0], Named(both.Metrics[0], "other", Fake.TwoPoints)] };
        Assert.Equal(Approve(both).Sha256, Approve(both).First);
        Assert.False(File.Exists(First));
        var error = Assert.Throws<UserErrorException>(() => Approve(both with { Metrics = [.. both.Metrics, Named(both.Metrics[0], "third", Anchored)] }));
        Assert.Contains("the two are not comparable: the first one lacks the metric 'third'.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Breaking_the_standing_baseline_does_not_move_the_anchor()
    {
        Approve(Release(0));
        foreach (var damage in new Action[] { () => File.AppendAllText(_store.VerifiedPath(Key), " "), () => File.Delete(_store.VerifiedPath(Key)), () => File.WriteAllText(_store.NotePath(Key), "trust me") })
        {
            damage();
            Assert.Contains("--new-anchor", Assert.Throws<UserErrorException>(() => Approve(Release(50))).Message, StringComparison.Ordinal);
        }

        var pinned = Approve(Release(50), newAnchor: true);
        Assert.Equal(pinned.Sha256, pinned.First);
        var first = Approve(Release(60)).First; // kept beside it: a baseline that breaks from now on loses nothing
        Assert.Equal(pinned.Sha256, first);
        File.AppendAllText(_store.VerifiedPath(Key), " ");
        Assert.Equal(first, Approve(Release(70)).First);
    }

    [Fact]
    public void A_result_that_cannot_be_compared_with_the_anchor_is_approved_only_in_its_place()
    {
        Approve(Release(0));
        var other = Release(0);
        other = other with { Metrics = [other.Metrics[0] with { Measurement = other.Metrics[0].Measurement with { ScorerVersion = "2" } }] };
        var error = Assert.Throws<UserErrorException>(() => Approve(other));
        Assert.Contains("scorer version: '1' when approved, '2' now", error.Message, StringComparison.Ordinal);
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
        Assert.True(File.Exists(_store.ReceivedPath(Key)));
        var note = Approve(other, newAnchor: true);
        Assert.Equal(note.Sha256, note.First);
        Assert.Equal("2", _store.FirstApproved(Key)!.Metrics[0].Measurement.ScorerVersion);
    }

    [Fact]
    public void A_spec_that_takes_the_anchor_up_later_keeps_the_baseline_it_had()
    {
        var before = Approve(Release(0, Fake.TwoPoints));
        Assert.Null(before.First);
        Assert.DoesNotContain("first", File.ReadAllText(_store.NotePath(Key)), StringComparison.Ordinal);
        Assert.Equal(before.Sha256, Approve(Release(10)).First);
        Assert.Equal(ResultFile.Bytes(Release(0, Fake.TwoPoints)), File.ReadAllBytes(First));
        Assert.Equal(0, _store.FirstApproved(Key)!.Metrics[0].Measurement.Items.Count(item => item.Scores[0] == 0));
    }

    [Fact]
    public void The_report_lists_another_anchor_and_an_anchor_that_moved_as_what_loosens_the_gate()
    {
        var base_ = Directory.CreateTempSubdirectory("base").FullName;
        try
        {
            Approve(Release(0));
            foreach (var file in Directory.GetFiles(_store.Directory)) File.Copy(file, Path.Combine(base_, Path.GetFileName(file)));
            Approve(Release(10), newAnchor: true);
            Assert.Contains(BaselineChanges.Between(base_, _store.Directory), change => change is { Field: "first approved result (the anchor)", Loosens: true });
            var changes = BaselineChanges.Between(base_, base_);
            Assert.Empty(changes);
            var note = Path.Combine(base_, Path.GetFileName(_store.NotePath(Key)));
            File.WriteAllText(note, File.ReadAllText(note).Replace("- first: ", "- once: ", StringComparison.Ordinal));
            Assert.Empty(BaselineChanges.Between(base_, base_));
        }
        finally
        {
            Directory.Delete(base_, recursive: true);
        }
    }
}
