using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Approved scores of people: named in the note, held for the tests they are of, and never two for one response.</summary>
public sealed class PeoplesScoresSpecs : IDisposable
{
    private static readonly BaselineKey One = new("Specs", "One"), Two = new("Specs", "Two"), Three = new("Others", "Three");
    private readonly TemporaryFolder _folder = new();

    private BaselineStore Store => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_note_says_how_many_scores_are_a_persons_and_whose()
    {
        Assert.Null(ApprovalNote.OverridesOf(Document(One, "sft")));
        Assert.Equal("1 of 20 scores is a person's: 1 by Ada", ApprovalNote.OverridesOf(Document(One, "sft", "Ada")));
        Assert.Equal("3 of 20 scores are a person's: 2 by Ada, 1 by Bob", ApprovalNote.OverridesOf(Document(One, "sft", "Ada", "Bob", "Ada")));
        Assert.Equal("5 of 20 scores are a person's: 1 by a, 1 by b, 1 by c, 1 by d, 1 by e", ApprovalNote.OverridesOf(Document(One, "sft", "a", "b", "c", "d", "e")));
        Assert.Equal("7 of 20 scores are a person's: 1 by a, 1 by b, 1 by c, 1 by d, 1 by e and of 2 more", ApprovalNote.OverridesOf(Document(One, "sft", "a", "b", "c", "d", "e", "f", "g")));
    }

    [Fact]
    public void The_note_of_an_approved_result_has_it_and_reads_it_back()
    {
        Approve(Document(One, "sft", "Ada"));
        Approve(Document(Two, "sft"));
        Assert.Equal("1 of 20 scores is a person's: 1 by Ada", Store.NoteOf(One)!.Overrides);
        Assert.Contains("\n- overrides: 1 of 20 scores is a person's: 1 by Ada\n", File.ReadAllText(Store.NotePath(One)), StringComparison.Ordinal);
        Assert.Null(Store.NoteOf(Two)!.Overrides);
        Assert.DoesNotContain("overrides", File.ReadAllText(Store.NotePath(Two)), StringComparison.Ordinal);
    }

    [Fact]
    public void They_hold_for_the_test_itself_and_for_all_of_its_recipe()
    {
        Approve(Document(One, "sft", "Ada"));
        Assert.Equal(Path.GetFileName(Store.VerifiedPath(One)), Holder(Store.Overrides(One, null)));
        Assert.Equal(Path.GetFileName(Store.VerifiedPath(One)), Holder(Store.Overrides(Two, "sft")));
        Assert.Null(Holder(Store.Overrides(Two, "dpo")));
        Assert.Null(Holder(Store.Overrides(Two, null)));
        Assert.Null(Holder(new BaselineStore(_folder["none"]).Overrides(One, "sft")));
    }

    [Fact]
    public void A_result_without_a_recipe_holds_for_its_test_alone()
    {
        Approve(Document(One, null, "Ada"));
        Assert.NotNull(Holder(Store.Overrides(One, null)));
        Assert.Null(Holder(Store.Overrides(Two, null)));
    }

    [Fact]
    public void What_is_chosen_takes_the_place_of_what_was_approved()
    {
        Approve(Document(One, "sft", "Ada"));
        Assert.Null(Holder(Store.Overrides(One, "sft", [(One, Document(One, "sft"))])));
        Assert.Equal(Path.GetFileName(Store.VerifiedPath(Three)), Holder(Store.Overrides(One, "sft", [(One, Document(One, "sft")), (Three, Document(Three, "sft", "Bob"))])));
    }

    [Fact]
    public void A_file_that_was_edited_has_no_approved_score()
    {
        Approve(Document(One, "sft", "Ada"));
        File.AppendAllText(Store.VerifiedPath(One), "\n");
        Assert.Null(Holder(Store.Overrides(One, "sft")));
    }

    [Fact]
    public void A_key_written_with_escapes_is_read_too()
    {
        Approve(Document(One, "sft", "Ada"));
        var escaped = File.ReadAllText(Store.VerifiedPath(One)).Replace("\"overrides\"", "\"\\u006fverrides\"", StringComparison.Ordinal);
        File.WriteAllText(Store.VerifiedPath(One), escaped);
        var note = Store.NoteOf(One)!;
        File.WriteAllText(Store.NotePath(One), (note with { Sha256 = Core.Files.LineEndings.Sha256(Encoding.UTF8.GetBytes(escaped)) }).Text());
        Assert.Equal(Path.GetFileName(Store.VerifiedPath(One)), Holder(Store.Overrides(One, "sft")));
    }

    [Fact]
    public void Two_scores_of_one_response_are_not_approved()
    {
        Approve(Document(One, "sft", "Ada"));
        var other = Document(Two, "sft");
        other = other with { Metrics = [other.Metrics[0] with { Measurement = Overridden(other.Metrics[0].Measurement, .25, "Bob") }, other.Metrics[1]] };
        Store.Receive(Two, other);
        var refused = Assert.Throws<UserErrorException>(() => Store.Approve(Two, Request));
        Assert.Contains("give one response to item 'item-0000' two scores in the place of the scorer's", refused.Message, StringComparison.Ordinal);
        Assert.Contains("0.25 by Bob", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Store.VerifiedPath(Two)));
        Approve(Document(Two, "dpo", "Bob")); // another recipe
    }

    [Fact]
    public void A_damaged_file_holds_up_no_result_without_scores_of_people()
    {
        Sign(One, "{");
        Assert.Null(Holder(Store.Overrides(Two, "sft"))); // it has none, whatever else it is
        Sign(One, "{\"overrides\": ");
        var damaged = Assert.Throws<UserErrorException>(() => Store.Overrides(Two, "sft"));
        Assert.StartsWith(Store.VerifiedPath(One), damaged.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, damaged.ExitCode);
        Approve(Document(Two, "sft"));
        Assert.Equal(damaged.Message, Assert.Throws<UserErrorException>(() => Approve(Document(Three, "sft", "Bob"))).Message);
        Assert.False(File.Exists(Store.VerifiedPath(Three)));
    }

    // Verdicts record it: another one for the same files would call every earlier verdict stale.
    [Fact]
    public void The_digest_is_of_names_and_contents_in_order_of_name()
    {
        foreach (var (name, text) in new[] { ("b.verified.json", "three\n"), ("a.verified.json", "one\n"), ("a.verified.json.approval.md", "two\n") }) _folder.Write(name, text);
        Assert.Equal("83fce4e038fe6391d2e518a7e0b1e9e2f3320ba053d183c7a9ff213cc250258b", Store.Digest()); // sha256 of NAME, line feed, SHA-256 of the content, line feed, for each
    }

    [Fact]
    public void The_digest_is_of_every_approved_file_and_note_and_of_nothing_else()
    {
        var digests = new List<string> { new BaselineStore(_folder["none"]).Digest(), Store.Digest() };
        Assert.Equal(digests[0], digests[1]);
        Approve(Document(One, "sft", "Ada"));
        digests.Add(Store.Digest());
        Approve(Document(Two, "sft"));
        digests.Add(Store.Digest());
        File.AppendAllText(Store.VerifiedPath(Two), " ");
        digests.Add(Store.Digest());
        File.AppendAllText(Store.NotePath(Two), " ");
        digests.Add(Store.Digest());
        File.Move(Store.VerifiedPath(Two), Store.VerifiedPath(Three));
        digests.Add(Store.Digest());
        Assert.Equal(6, digests.Distinct().Count());
        File.WriteAllText(_folder["other.txt"], "x");
        Store.Receive(Two, Document(Two, "sft"));
        foreach (var file in Directory.GetFiles(_folder.Path, "*.verified*")) File.WriteAllText(file, File.ReadAllText(file).Replace("\n", "\r\n", StringComparison.Ordinal));
        Assert.Equal(digests[^1], Store.Digest());
    }

    private static ApprovalRequest Request => new() { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "read", AcceptUnderpoweredGate = true };

    private void Approve(ResultDocument document)
    {
        var key = new BaselineKey(document.Spec!, document.Test!);
        Store.Receive(key, document);
        Store.Approve(key, Request);
    }

    private void Sign(BaselineKey key, string text)
    {
        File.WriteAllText(Store.VerifiedPath(key), text);
        var note = new ApprovalNote { File = Path.GetFileName(Store.VerifiedPath(key)), Sha256 = Core.Files.LineEndings.Sha256(Encoding.UTF8.GetBytes(text)), Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "by hand" };
        File.WriteAllText(Store.NotePath(key), note.Text());
    }

    private static string? Holder(ApprovedOverrides overrides)
    {
        var measured = Document(One, "sft").Metrics[0].Measurement;
        return overrides.Holder(measured, measured.Items[0].Id, measured.Items[0].ResponseDigests[0]);
    }

    // Two metrics of ten items; the first of them has a score of each person, the other none.
    private static ResultDocument Document(BaselineKey key, string? recipe, params string[] people)
    {
        var document = Documents.Of("1111111111");
        var metric = document.Metrics[0];
        var measured = people.Aggregate((Measured: metric.Measurement, At: 0), (so, who) => (so.Measured with
        {
            Items = [.. so.Measured.Items.Select((item, i) => i == so.At ? ScoreOverrides.With(item, 0, .5, who, "read") : item)],
        }, so.At + 1)).Measured;
        return document with
        {
            Spec = key.Spec,
            Test = key.Test,
            Recipe = recipe is null ? null : document.Recipe! with { Name = recipe },
            Metrics = [metric with { Measurement = measured }, metric with { Measurement = metric.Measurement with { Metric = "plain" } }],
        };
    }

    private static Measurement Overridden(Measurement measurement, double score, string who) =>
        measurement with { Items = [ScoreOverrides.With(measurement.Items[0], 0, score, who, "read"), .. measurement.Items.Skip(1)] };
}
