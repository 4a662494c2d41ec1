using SafetyGate.Analysis.Dynamics;
using SafetyGate.Core;

namespace SafetyGate.Analysis.Tests.Dynamics;

public sealed class DynamicsResultSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamics").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Right is above a half; what was right and then was not is forgotten, as often as that happens.
    [Theory]
    [InlineData(new[] { 0.5, 0.5 }, 0, double.PositiveInfinity)]
    [InlineData(new[] { 0.51, 0.5, 0.51, 0.2 }, 2, 2.0)]
    [InlineData(new[] { 0.1, 0.9 }, 1, 0.0)]
    public void Right_and_forgotten_epochs_are_counted(double[] p, int right, double forgotten) =>
        Assert.Equal((right, forgotten), (ItemDynamics.Of(p).Correctness, ItemDynamics.Of(p).Forgetfulness));

    [Fact]
    public void Items_that_were_never_right_are_suspected_until_somebody_finds_them_sound()
    {
        var result = Read("""
            {"id": "right", "p": [0.6, 0.9]}
            {"id": "late", "p": [0.5, 0.51]}
            {"id": "never", "p": [0.5, 0.2]}
            {"id": "worse", "p": [0.1, 0.2]}
            {"id": "found", "p": [0.7, 0.8]}
            """, """
            {"id": "never", "label": "sound"}
            {"id": "found", "label": "wrong"}
            {"id": "worse", "label": null}
            """);
        Assert.Equal(["worse", "found"], result.Suspected.Select(item => item.Item.Id)); // least confident first
        Assert.Equal(2, result.Epochs);
        Assert.Equal(0.85, result.Dynamics[0].Hardness, 12);
        var path = Path.Combine(_folder, "h.jsonl");
        DynamicsLists.WriteHardness(result, path);
        Assert.Equal(["late", "never", "right", "worse"], File.ReadAllLines(path).Select(line => line.Split('"')[3])); // the wrong one has no hardness
        DynamicsLists.WriteSuspected(result, path);
        Assert.Equal("""{"id":"worse","confidence":0.15,"variability":0.05,"correctness":0,"label":null}""", File.ReadAllLines(path)[0]);
    }

    [Fact]
    public void Rows_of_one_epoch_make_the_same_result_as_lists()
    {
        var lists = Read("{\"id\": \"a\", \"p\": [0.25, 0.75]}\n{\"id\": \"b\", \"p\": [1, 0]}");
        var rows = Read("{\"id\": \"a\", \"epoch\": 1, \"p\": 0.25}\n{\"id\": \"b\", \"epoch\": 2, \"p\": 0}\n{\"id\": \"b\", \"epoch\": 1, \"p\": 1}\n{\"id\": \"a\", \"epoch\": 2, \"p\": 0.75}");
        Assert.Equal(lists.RecordDigest, rows.RecordDigest);
        Assert.Equal(lists.Items.SelectMany(item => item.P), rows.Items.SelectMany(item => item.P));
    }

    [Theory]
    [InlineData("""{"p": [0.5]}""", "line 1: there is no 'id'")]
    [InlineData("""{"id": "a"}""", "there is no 'p'; the row has 'id'")]
    [InlineData("""{"id": "a", "p": 0.5}""", "'p' is no list and there is no 'epoch'")]
    [InlineData("""{"id": "a", "p": []}""", "'p' is an empty list")]
    [InlineData("""{"id": "a", "p": [0.5, 1.5]}""", "epoch 2 of 'p' is 1.5; a probability in [0, 1] is needed")]
    [InlineData("""{"id": "a", "p": ["x"]}""", "epoch 1 of 'p' is \"x\"")]
    [InlineData("""{"id": "a", "epoch": 0, "p": 0.5}""", "'epoch' is 0; it must be a whole number from 1")]
    [InlineData("""{"id": "a", "epoch": 1, "p": 2}""", "'p' is 2; it must lie in [0, 1]")]
    [InlineData("{\"id\": \"a\", \"p\": [0.9]}\n{\"id\": \"a\", \"p\": [0.9]}", "line 2: epoch 1 of item 'a' is there twice")]
    [InlineData("{\"id\": \"a\", \"epoch\": 1, \"p\": 0.9}\n{\"id\": \"a\", \"epoch\": 3, \"p\": 0.9}", "item 'a' has epochs 1, 3; they must be 1 to 3 without a gap")]
    [InlineData("{\"id\": \"a\", \"p\": [0.9]}\n{\"id\": \"b\", \"p\": [0.9, 0.9]}", "item 'b' has 2 epochs and 'a' 1")]
    [InlineData("""{"id": "a", "p": [0.5, 0.1]}""", "no item was right after any of 2 epochs")]
    [InlineData("", "has no rows")]
    public void A_bad_record_is_refused_with_one_sentence(string rows, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Read(rows)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"id": "x", "label": "wrong"}""", "item 'x' is not among the 1 items")]
    [InlineData("""{"id": "a", "label": "bad"}""", "'label' is 'bad'; it must be wrong or sound")]
    [InlineData("{\"id\": \"a\", \"label\": \"wrong\"}\n{\"id\": \"a\", \"label\": \"sound\"}", "line 2: item 'a' is there twice")]
    public void A_bad_triage_is_refused_with_one_sentence(string rows, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => Read("""{"id": "a", "p": [0.9]}""", rows)).Message, StringComparison.Ordinal);

    private DynamicsResult Read(string record, string? triage = null)
    {
        File.WriteAllText(Path.Combine(_folder, "d.jsonl"), record);
        if (triage is not null) File.WriteAllText(Path.Combine(_folder, "t.jsonl"), triage);
        return DynamicsRecord.Read(Path.Combine(_folder, "d.jsonl"), "a run", triage is null ? null : DynamicsRecord.ReadTriage(Path.Combine(_folder, "t.jsonl")));
    }
}
