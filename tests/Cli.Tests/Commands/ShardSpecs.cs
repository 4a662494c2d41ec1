using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate eval --shard</c> and <c>gate merge</c>: the parts are the whole.</summary>
public sealed class ShardSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model, _first, _second;

    public ShardSpecs()
    {
        _model = TinyCheckpoint.In(_folder);
        (_first, _second) = (Suite("first", 11), Suite("second", 4));
    }

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public async Task Joined_shards_are_the_result_of_an_evaluation_without_shards_to_the_byte(int count)
    {
        string[] options = ["--suite", _second, "--temperature", "1", "--samples", "2"];
        await Eval("whole", options);
        var shards = await Shards(count, options);
        shards.Reverse();
        var merged = await GateRun.OfAsync(["merge", .. shards, "--out", _folder.File("merged")]);
        Assert.True(merged.ExitCode == 0, merged.Error);
        Assert.Equal(File.ReadAllBytes(_folder.File("whole")), File.ReadAllBytes(_folder.File("merged")));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder.File("whole"))));
        Assert.Contains($"{count} shards joined: sha256 {digest}", merged.Error, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(_folder.File("whole")), (await GateRun.OfAsync(["merge", .. shards])).Out);
        var (first, before) = (shards[0], File.ReadAllBytes(shards[0]));
        Assert.Contains($"--out is {first}, one of the shards, and would replace it; name another file.", Assert.Single((await GateRun.OfAsync(["merge", .. shards, "--out", Path.Combine(Path.GetDirectoryName(first)!, ".", Path.GetFileName(first))])).Messages), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(first));
    }

    [Fact]
    public async Task Missing_overlapping_and_foreign_shards_and_whole_results_are_refused_with_one_sentence_each()
    {
        var shards = await Shards(3);
        await Refused($"{shards[0]} and {_folder.File("copy")} are both shard 1/3; give each shard once.", [.. shards, Copy(shards[0])]);
        await Refused("Of 3 shards number 2 is missing; a part of the items decides nothing.", shards[0], shards[2]);
        await Refused("Of 3 shards numbers 2, 3 are missing; a part of the items decides nothing.", shards[0]);
        await Eval("whole");
        await Refused($"{_folder.File("whole")} is a whole result, not a shard of one; give the results of gate eval --shard I/N.", [.. shards, _folder.File("whole")]);
        foreach (var (what, options) in ((string, string[])[])[
            ("the sampling of 'first, greedy'", ["--shard", "2/3", "--repetition-penalty", "1.5"]),
            ("the model", ["--shard", "2/3", "--dtype", "float64"]),
            ("how many shards there are, 3 and 4", ["--shard", "2/4"]),
            ("their metrics", ["--shard", "2/3", "--suite", _second]),
            ("the number of items of the whole", ["--shard", "2/3", "--where", "half=1"])])
        {
            await Eval("foreign", options);
            await Refused($"{_folder.File("foreign")} is a shard of another evaluation than {shards[0]}: they differ in {what}.", shards[0], _folder.File("foreign"), shards[2]);
        }

        foreach (var (what, from, to) in ((string, string, string)[])[
            ("the benchmark", "(\"benchmark\".*\"digest\": \")[0-9a-f]{8}", "${1}00000000"), ("the scorer", "(\"scorer\".*\"version\": \")", "${1}x")])
        {
            var other = Copy(shards[1]);
            File.WriteAllText(other, System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(other), from, to));
            await Refused($"{other} is a shard of another evaluation than {shards[0]}: they differ in {what} of 'first, greedy'.", shards[0], other, shards[2]);
        }

        var ruled = Copy(shards[1]);
        File.WriteAllText(ruled, File.ReadAllText(ruled).Replace("\"summary\":", "\"gate\": {\"margin\": 0.9, \"alpha\": 0.05, \"inconclusive\": \"warn\", \"categoryDropLimit\": 1, \"minimumCoverage\": 0.1, \"anchorMargin\": 0.5},\n      \"summary\":", StringComparison.Ordinal));
        await Refused($"{ruled} is a shard of another evaluation than {shards[0]}: they differ in the rule of 'first, greedy'.", shards[0], ruled, shards[2]);
        var twin = Copy(shards[1]);
        File.WriteAllText(twin, File.ReadAllText(twin).Replace("\"first2\"", "\"first1\"", StringComparison.Ordinal));
        await Refused($"Item 'first1' of 'first, greedy' is in {shards[0]} and in {twin}; shards of one evaluation share no item.", shards[0], twin, shards[2]);
    }

    [Fact]
    public async Task Files_may_be_renamed_and_what_they_hold_may_not()
    {
        var shards = await Shards(2, "--where", "half=0"); // five items: the first part has three
        await Eval("whole", "--where", "half=0");
        foreach (var (from, to) in new[] { (shards[0], "x"), (shards[1], shards[0]), ("x", shards[1]) }) File.Move(_folder.File(from), _folder.File(to));
        var merged = await GateRun.OfAsync(["merge", .. shards]);
        Assert.Equal((0, File.ReadAllText(_folder.File("whole"))), (merged.ExitCode, merged.Out));

        var sound = File.ReadAllText(shards[0]);
        var lines = sound.Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains("\"id\"", StringComparison.Ordinal));
        (lines[at], lines[at + 1]) = (lines[at + 1].TrimEnd(',') + ",", lines[at].TrimEnd(',') + (lines[at + 1].EndsWith(',') ? "," : ""));
        foreach (var changed in new[] { string.Join('\n', lines), sound.Replace("\"first4\"", "\"first40\"", StringComparison.Ordinal) })
        {
            Assert.NotEqual(sound, changed);
            File.WriteAllText(shards[0], changed);
            await Refused($"{shards[0]} was not written as shard 2/2 with these items in this order: it is another shard under this number, or its items were reordered or renamed. Give the file as gate eval --shard 2/2 wrote it.", [.. shards]);
        }
    }

    [Fact]
    public async Task A_shard_alone_decides_nothing()
    {
        var shards = await Shards(2);
        var run = await GateRun.OfAsync("compare", shards[0], shards[0]);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("it is shard 1/2 of an evaluation, and a part of the items decides nothing; join the shards with gate merge", Assert.Single(run.Messages), StringComparison.Ordinal);
        File.WriteAllText(shards[0], File.ReadAllText(shards[0]).Replace("\"number\": 1", "\"number\": 2", StringComparison.Ordinal));
        Assert.Contains("it is shard 2/2 of 11 items, which has 5, and holds 6.", Assert.Single((await GateRun.OfAsync("merge", shards[0], shards[1])).Messages), StringComparison.Ordinal);
    }

    [Theory, InlineData("0/2"), InlineData("3/2"), InlineData("1"), InlineData("-1/2"), InlineData("1/2/3"), InlineData("1/99999")]
    public async Task A_shard_that_is_none_is_a_usage_error(string shard)
    {
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", _first, "--plain", "--no-store", "--shard", shard);
        Assert.Equal((GateExitCode.Usage, $"gate: --shard is '{shard}'; it must be I/N with 1 ≤ I ≤ N ≤ 10000, such as 2/4 for the second of four parts."), (run.ExitCode, Assert.Single(run.Messages)));
        Assert.Contains("'second' has 4 items, too few for 5 shards", Assert.Single((await GateRun.OfAsync("eval", "--model", _model, "--suite", _second, "--plain", "--no-store", "--shard", "1/5")).Messages), StringComparison.Ordinal);
    }

    private static async Task Refused(string words, params string[] shards)
    {
        var run = await GateRun.OfAsync(["merge", .. shards]);
        Assert.Equal((GateExitCode.BadInput, "gate: " + words), (run.ExitCode, Assert.Single(run.Messages)));
    }

    private async Task<List<string>> Shards(int count, params string[] options)
    {
        var shards = new List<string>();
        for (var i = 1; i <= count; i++)
        {
            shards.Add(_folder.File($"shard-{i}-of-{count}"));
            await Eval($"shard-{i}-of-{count}", [.. options, "--shard", $"{i}/{count}"]);
        }

        return shards;
    }

    private async Task Eval(string result, params string[] options)
    {
        var run = await GateRun.OfAsync(["eval", "--model", _model, "--suite", _first, "--plain", "--no-store", "--max-new-tokens", "4", "--out", _folder.File(result), .. options]);
        Assert.True(run.ExitCode is GateExitCode.Inconclusive or GateExitCode.Passed, run.Error); // tokens of a random model: little or nothing can be scored
    }

    private string Copy(string path)
    {
        File.Copy(path, _folder.File("copy"), overwrite: true);
        return _folder.File("copy");
    }

    private string Suite(string name, int items) =>
        _folder.Write(name + ".jsonl", string.Join('\n', Enumerable.Range(1, items).Select(i => $$"""{"id": "{{name}}{{i}}", "prompt": "{{(i % 2 == 0 ? "why" : "how")}} {{i % 2 + 1}} ?", "half": "{{i % 2}}"}""")));
}
