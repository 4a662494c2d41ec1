using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class BaselineStoreSpecs : IDisposable
{
    private static readonly BaselineKey Key = Documents.Key;
    private static readonly ApprovalRequest Request = new() { Who = "Ada", When = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), Why = "first light\n- sha256: forged" };
    private readonly BaselineStore _store = new(Directory.CreateTempSubdirectory("baselines").FullName);

    public void Dispose() => Directory.Delete(_store.Directory, recursive: true);

    [Fact]
    public void Approving_moves_received_to_verified_and_writes_who_when_why_and_hash()
    {
        Assert.Equal(BaselineStatus.Missing, _store.Status(Key));
        Assert.Null(_store.Approved(Key));
        _store.Receive(Key, Documents.Steady);
        var note = _store.Approve(Key, Request);
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
        Assert.False(File.Exists(_store.ReceivedPath(Key)));
        Assert.Equal(ResultFile.Bytes(Documents.Steady), File.ReadAllBytes(_store.VerifiedPath(Key)));
        Assert.Equal(note with { Why = "first light - sha256: forged" }, _store.NoteOf(Key));
        Assert.Contains("- who: Ada\n- when: 2026-11-21T09:00:00Z\n", File.ReadAllText(_store.NotePath(Key)));
        Assert.Equal(600, _store.Approved(Key)!.Metrics[0].Measurement.Items.Count);
    }

    [Fact]
    public void File_names_follow_verify_and_stay_inside_the_folder()
    {
        Assert.Equal("HarmfulRequestSpecs.The_tuned_model_refuses(pocket-direct)~b4e8dc965f18.verified.json", Path.GetFileName(_store.VerifiedPath(Key)));
        Assert.Equal(_store.Directory, Path.GetDirectoryName(_store.VerifiedPath(new("../../etc", "a/b\\c"))));
        Assert.Throws<UserErrorException>(() => _store.VerifiedPath(new(" ", "x")));
    }

    [Fact]
    public void An_edited_baseline_is_seen()
    {
        Approve();
        File.WriteAllText(_store.VerifiedPath(Key), File.ReadAllText(_store.VerifiedPath(Key)).Replace("\"margin\": 0.02", "\"margin\": 0.2", StringComparison.Ordinal));
        Assert.Equal(BaselineStatus.Edited, _store.Status(Key));
        var e = Assert.Throws<UserErrorException>(() => _store.Approved(Key));
        Assert.Contains("not the file that was approved", e.Message);
        Assert.Equal(GateExitCode.NotComparable, e.ExitCode);
        Assert.Equal(BaselineStatus.Edited, Assert.Single(_store.All()).Status);
    }

    [Fact]
    public void A_checkout_with_CRLF_holds_the_approved_baseline_and_a_changed_one_is_still_seen()
    {
        Approve();
        foreach (var path in new[] { _store.VerifiedPath(Key), _store.NotePath(Key) }) File.WriteAllText(path, File.ReadAllText(path).ReplaceLineEndings("\r\n"));
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
        Assert.Equal(600, _store.Approved(Key)!.Metrics[0].Measurement.Items.Count);
        File.WriteAllText(_store.VerifiedPath(Key), File.ReadAllText(_store.VerifiedPath(Key)).Replace("\"margin\": 0.02", "\"margin\": 0.2", StringComparison.Ordinal));
        Assert.Equal(BaselineStatus.Edited, _store.Status(Key));
    }

    [Fact]
    public void A_note_with_the_hash_of_other_line_endings_is_refused_with_the_cause()
    {
        Approve();
        var crlf = File.ReadAllText(_store.VerifiedPath(Key)).ReplaceLineEndings("\r\n");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(crlf)));
        File.WriteAllText(_store.NotePath(Key), (_store.NoteOf(Key)! with { Sha256 = hash }).Text());
        Assert.Contains("only by its line endings (CRLF and LF), as git's core.autocrlf changes them", Assert.Throws<UserErrorException>(() => _store.Approved(Key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_baseline_without_a_note_and_a_note_without_a_baseline_are_seen()
    {
        Approve();
        var note = File.ReadAllText(_store.NotePath(Key));
        File.Delete(_store.NotePath(Key));
        Assert.Equal(BaselineStatus.Unsigned, _store.Status(Key));
        Assert.Throws<UserErrorException>(() => _store.Approved(Key));
        File.WriteAllText(_store.NotePath(Key), "approved, trust me");
        Assert.Equal(BaselineStatus.Unsigned, _store.Status(Key));
        File.WriteAllText(_store.NotePath(Key), note);
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
        File.Delete(_store.VerifiedPath(Key));
        Assert.Equal(BaselineStatus.Missing, Assert.Single(_store.All()).Status);
    }

    [Fact]
    public void A_baseline_under_the_name_of_another_is_refused()
    {
        Approve();
        var other = new BaselineKey("Other", "test");
        File.Copy(_store.VerifiedPath(Key), _store.VerifiedPath(other));
        File.Copy(_store.NotePath(Key), _store.NotePath(other));
        Assert.Contains("belongs to HarmfulRequestSpecs", Assert.Throws<UserErrorException>(() => _store.Approved(other)).Message);
    }

    [Fact]
    public void A_result_of_another_spec_or_of_none_is_not_approved()
    {
        var foreign = Path.Combine(_store.Directory, "artifact.json");
        ResultFile.Write(Documents.Steady with { Spec = "Other", Test = "x" }, foreign);
        Assert.Contains("belongs to Other.x", Refused(Request, foreign));
        ResultFile.Write(Documents.Steady with { Spec = null, Test = null }, foreign);
        Assert.Contains("does not name its spec", Refused(Request, foreign));
        ResultFile.Write(Documents.Steady, foreign);
        _store.Approve(Key, Request, foreign);
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
    }

    [Fact]
    public void Nothing_received_and_no_reason_are_refused()
    {
        Assert.Contains("nothing to approve", Refused(Request));
        _store.Receive(Key, Documents.Steady);
        Assert.Contains("The reason is missing", Refused(Request with { Why = " " }));
        Assert.Contains("The approver is not named", Refused(Request with { Who = "" }));
        Assert.False(File.Exists(_store.VerifiedPath(Key)));
    }

    [Fact]
    public void Unscored_items_are_approved_only_in_words_and_never_below_the_coverage()
    {
        _store.Receive(Key, Documents.Of(new string('1', 598) + "??"));
        Assert.Contains("2 of 600 items are unscored", Refused(Request));
        _store.Approve(Key, Request with { AcceptUnscored = true });
        _store.Receive(Key, Documents.Of(new string('1', 560) + new string('?', 40)));
        Assert.Contains("only 93.33 % of the items are scored", Refused(Request with { AcceptUnscored = true }));
    }

    [Fact]
    public void A_partial_result_does_not_replace_a_full_one()
    {
        Approve();
        var part = Documents.Of(new string('1', 500));
        _store.Receive(Key, part);
        Assert.Contains("500 items, the current baseline of the same benchmark 600", Refused(Request));
        var renamed = part.Metrics[0] with { Measurement = part.Metrics[0].Measurement with { Metric = "another" } };
        _store.Receive(Key, part with { Metrics = [renamed] });
        Assert.Contains("this result does not: it is partial", Refused(Request));
    }

    [Fact]
    public void An_underpowered_gate_is_refused_with_the_n_and_the_margin_that_would_do()
    {
        _store.Receive(Key, Documents.Of(new string('1', 120)));
        var message = Refused(Request); // even if nothing ever differed, 133 items are needed for 2 points
        Assert.Contains("133 items would do at this margin", message);
        Assert.Contains("a margin of 2.5 points would do", message);
        _store.Approve(Key, Request with { AcceptUnderpoweredGate = true });
        _store.Receive(Key, Documents.Steady);
        Assert.Contains("922 items would do", Refused(Request with { Discordance = 0.04 }));
        _store.Approve(Key, Request with { Discordance = 0.02 }); // 530 are enough
    }

    [Fact]
    public void A_bare_evaluation_is_no_baseline()
    {
        _store.Receive(Key, Documents.Steady with { Metrics = [new() { Measurement = Documents.Steady.Metrics[0].Measurement }] });
        Assert.Contains("no gate is recorded", Refused(Request));
    }

    [Fact]
    public void Received_files_name_their_keys()
    {
        _store.Receive(Key, Documents.Steady);
        Assert.Equal([Key], _store.AllReceived());
        _store.DiscardReceived(Key);
        Assert.Empty(_store.AllReceived());
    }

    [Fact]
    public void Every_word_of_the_store_is_the_one_that_was_read_and_approved()
    {
        var (another, artifact) = (new BaselineKey(Key.Spec, "another"), Path.Combine(_store.Directory, "artifact.json"));
        var said = new List<string> { BaselineStore.ApproveCommand(Key), Refused(Request) };
        ResultFile.Write(Documents.Steady with { Test = "another" }, artifact);
        said.Add(Refused(Request, artifact));
        ResultFile.Write(Documents.Steady with { Spec = null, Test = null }, artifact);
        said.Add(Refused(Request, artifact));
        _store.Receive(Key, Documents.Of(new string('1', 598) + "??"));
        said.Add(Refused(Request with { Who = "", Why = "" }));
        Approve();
        File.Copy(_store.VerifiedPath(Key), _store.VerifiedPath(another));
        File.Copy(_store.NotePath(Key), _store.NotePath(another));
        said.Add(Assert.Throws<UserErrorException>(() => _store.Approved(another)).Message);
        File.AppendAllText(_store.VerifiedPath(Key), "\n");
        said.Add(Assert.Throws<UserErrorException>(() => _store.Approved(Key)).Message);
        File.Delete(_store.NotePath(Key));
        said.Add(Assert.Throws<UserErrorException>(() => _store.Approved(Key)).Message);
        said.Add(Assert.Throws<UserErrorException>(() => _store.VerifiedPath(new("A", " "))).Message);
        ApprovedText.Verify("Baselines/Texts", "store", string.Join("\n", said).Replace(_store.Directory, "FOLDER", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_are_told_in_order_of_name_signed_or_not()
    {
        foreach (var key in new BaselineKey[] { new("B", "y"), new("A", "z"), new("A", "x") }) _store.Receive(key, Documents.Steady);
        Assert.Equal(["A.x", "A.z", "B.y"], _store.AllReceived().Select(key => key.ToString()));
        foreach (var key in _store.AllReceived()) _store.Approve(key, Request);
        File.Delete(_store.NotePath(new("A", "z")));
        File.Delete(_store.VerifiedPath(new("A", "x")));
        Assert.Equal([("A.x.verified.json", BaselineStatus.Missing), ("A.z.verified.json", BaselineStatus.Unsigned), ("B.y.verified.json", BaselineStatus.Approved)], _store.All());
    }

    [Fact]
    public void The_first_result_may_come_from_elsewhere_into_a_folder_that_is_not_there_yet()
    {
        var artifact = Path.Combine(_store.Directory, "artifact.json");
        ResultFile.Write(Documents.Steady, artifact);
        var store = new BaselineStore(Path.Combine(_store.Directory, "not", "yet"));
        store.Approve(Key, Request, artifact);
        Assert.Equal(BaselineStatus.Approved, store.Status(Key));
    }

    [Fact]
    public void A_damaged_baseline_may_be_replaced()
    {
        Approve();
        File.WriteAllText(_store.VerifiedPath(Key), "{");
        Approve();
        Assert.Equal(BaselineStatus.Approved, _store.Status(Key));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("- who: Ada", "- who:  ")]
    [InlineData("- why: first light", "- why:  ")]
    [InlineData("- why: first light", "- because: first light")]
    [InlineData("- why: first light", "- why: first light\n- why: second light")]
    [InlineData("- why: first light", "- why: first light\n- trust me")]
    [InlineData("sha256: 0", "sha256: ")]
    [InlineData("sha256: 0", "sha256: 00")]
    [InlineData("sha256: 0", "sha256: A")]
    [InlineData("sha256: 0", "sha256: g")]
    [InlineData("2026-11-21T", "2026-13-21T")]
    public void A_note_that_does_not_say_who_why_when_and_of_which_bytes_is_none(string from, string to)
    {
        var good = new ApprovalNote { File = "x", Sha256 = new string('0', 64), Who = "Ada", When = Request.When, Why = "first light" };
        Assert.Equal(good, ApprovalNote.Parse(good.Text(), "x"));
        Assert.Null(ApprovalNote.Parse(from.Length > 0 ? good.Text().Replace(from, to, StringComparison.Ordinal) : to, "x"));
    }

    [Fact]
    public void Coverage_of_exactly_what_the_gate_asks_for_is_enough()
    {
        static ResultDocument Asking(double coverage) => Documents.Of("111?") with { Metrics = [Documents.Of("111?").Metrics[0] with { Gate = Fake.TwoPoints with { MinimumCoverage = coverage } }] };
        var request = Request with { AcceptUnscored = true, AcceptUnderpoweredGate = true };
        Assert.Empty(ApprovalProblems.Of(Asking(0.75), null, request));
        Assert.Single(ApprovalProblems.Of(Asking(0.76), null, request));
    }

    [Fact]
    public void Only_single_samples_under_a_planned_number_of_looks_are_judged_by_enumeration()
    {
        var few = Documents.Of("1111").Metrics[0];
        var twice = few.Measurement with { Sampling = few.Measurement.Sampling with { Temperature = 1, SamplesPerPrompt = 2 }, Items = [.. few.Measurement.Items.Select(item => item with { Scores = [1, 1], ResponseDigests = [.. item.ResponseDigests, .. item.ResponseDigests] })] };
        Assert.Single(ApprovalProblems.Of(Documents.Steady with { Metrics = [few] }, null, Request));
        Assert.Empty(ApprovalProblems.Of(Documents.Steady with { Metrics = [few with { Measurement = twice }] }, null, Request));
        Assert.Empty(ApprovalProblems.Of(Documents.Steady with { Metrics = [few with { Gate = Fake.TwoPoints with { Looks = Looks.AnyTime } }] }, null, Request));
    }

    [Theory]
    [InlineData(0.0), InlineData(1.0), InlineData(null)]
    public void A_discordance_may_be_anything_from_none_to_all_or_unknown(double? discordance) => Assert.Empty((Request with { Discordance = discordance }).Problems());

    [Theory]
    [InlineData(0.0), InlineData(0.3), InlineData(1.0), InlineData(null)]
    public void A_correlation_may_be_anything_from_none_to_whole_or_unknown(double? correlation) => Assert.Empty((Request with { Correlation = correlation }).Problems());

    [Theory]
    [InlineData(-0.01), InlineData(1.01), InlineData(double.NaN)]
    public void A_correlation_is_no_other_number(double correlation) =>
        Assert.Equal([Invariant($"Correlation is {correlation}; it must lie in [0, 1].")], (Request with { Correlation = correlation }).Problems());

    [Fact]
    public void Discordance_counts_items_that_differ_or_are_unscored() =>
        Assert.Equal(0.5, Discordance.Between(Fake.Measured("1100"), Fake.Measured("10?0")));

    private void Approve()
    {
        _store.Receive(Key, Documents.Steady);
        _store.Approve(Key, Request);
    }

    private string Refused(ApprovalRequest request, string? from = null) => Assert.Throws<UserErrorException>(() => _store.Approve(Key, request, from)).Message;
}
