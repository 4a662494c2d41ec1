using System.Text;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

public sealed class StrataSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Outcomes_of_others_become_a_table_a_file_and_a_verdict()
    {
        var (outcomes, file) = (Outcomes(easy: 80, hard: 82), _folder.File("a.strata.json"));
        var judged = await GateRun.OfAsync("strata", "--outcomes", outcomes, "--at-least", "0.7", "--out", file);
        Assert.Equal((0, ""), (judged.ExitCode, judged.Error));
        Assert.Contains("| trained on | seeds |", judged.Out, StringComparison.Ordinal);
        Assert.Contains("recovers at least 0.7 of what training on hard ones gains on o.", judged.Out, StringComparison.Ordinal);
        var again = await GateRun.OfAsync("strata", "--result", file, "--at-least", "0.99", "--json");
        Assert.Equal(GateExitCode.Inconclusive, again.ExitCode);
        Assert.Contains("\"reason\": \"TooLittleEvidence\"", again.Out, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(file), (await GateRun.OfAsync("strata", "--result", file, "--json")).Out);
        Assert.Equal(GateExitCode.Regressed, (await GateRun.OfAsync("strata", "--outcomes", Outcomes(easy: 32, hard: 82), "--at-least", "0.7")).ExitCode);
    }

    [Fact]
    public async Task A_mistake_ends_in_one_sentence_and_the_exit_code_of_its_kind()
    {
        var outcomes = Outcomes(80, 82);
        await Refused(GateExitCode.Usage, "give --outcomes FILE, --result FILE, --train FILE with --test FILE, or --pocket DOMAIN", "strata");
        await Refused(GateExitCode.Usage, "give one of them", "strata", "--outcomes", outcomes, "--result", outcomes);
        await Refused(GateExitCode.Usage, "--at-least is 1.5; it must lie in (0, 1]", "strata", "--outcomes", outcomes, "--at-least", "1.5");
        await Refused(GateExitCode.Usage, "--smallest-gap is 0", "strata", "--outcomes", outcomes, "--smallest-gap", "0");
        await Refused(GateExitCode.Usage, "--thresholds is '3'; two finite numbers", "strata", "--outcomes", outcomes, "--thresholds", "3");
        await Refused(GateExitCode.Usage, "the first must not be above the second", "strata", "--outcomes", outcomes, "--thresholds", "3,1");
        await Refused(GateExitCode.Usage, "--percentiles is '.7,.3'", "strata", "--outcomes", outcomes, "--percentiles", ".7,.3");
        await Refused(GateExitCode.Usage, "both say where strata end", "strata", "--outcomes", outcomes, "--percentiles", ".3,.7", "--thresholds", "1,2");
        await Refused(GateExitCode.Usage, "the fields are id, hardness, train, seed and score", "strata", "--outcomes", outcomes, "--columns", "x=y");
        await Refused(GateExitCode.BadInput, "there is no 'steps'; the row has 'id', 'hardness'", "strata", "--outcomes", outcomes, "--hardness", "steps");
        await Refused(GateExitCode.BadInput, "Name the right column with --hardness hardness.", "strata", "--outcomes", outcomes, "--hardness", "hardnes");
        await Refused(GateExitCode.BadInput, "Name the right column with --hardness COLUMN, or lines(COLUMN), words(COLUMN) or chars(COLUMN) of a text.", "strata", "--train", Labels(), "--trainer", "ngram", "--item-columns", "prompt=first,answer=label", "--hardness", "grade");
        await Refused(GateExitCode.BadInput, "no test item is hard (easy ≤ 1, hard ≥ 9", "strata", "--outcomes", outcomes, "--thresholds", "1,9");
        await Refused(GateExitCode.BadInput, "every arm fails all 100 hard items", "strata", "--outcomes", Outcomes(0, 0, untrained: 0), "--thresholds", "1,2");
        await Refused(GateExitCode.BadInput, "there is no such file", "strata", "--outcomes", _folder.File("none.jsonl"));
        await Refused(GateExitCode.Usage, "give --record FILE, --run DIR, --items FILE or --result FILE", "dynamics");
        await Refused(GateExitCode.BadInput, "there is no 'p'", "dynamics", "--record", outcomes);
    }

    [Fact]
    public async Task A_record_of_training_becomes_lists_and_a_verdict()
    {
        var (record, file, suspects, hardness) = (_folder.File("d.jsonl"), _folder.File("d.dynamics.json"), _folder.File("s.jsonl"), _folder.File("h.jsonl"));
        File.WriteAllText(record, string.Concat(Enumerable.Range(0, 200).Select(i => $$"""{"id": "i{{i}}", "p": [{{(i < 10 ? "0.1, 0.2" : "0.7, 0.9")}}]}""" + "\n")));
        var judged = await GateRun.OfAsync("dynamics", "--record", record, "--at-most", "0.02", "--out", file, "--suspects", suspects, "--hardness-out", hardness);
        Assert.Equal(GateExitCode.Regressed, judged.ExitCode);
        Assert.Contains("10 of 200 items (5 %)", judged.Out, StringComparison.Ordinal);
        Assert.Equal((10, 200), (File.ReadAllLines(suspects).Length, File.ReadAllLines(hardness).Length));
        File.WriteAllText(suspects, File.ReadAllText(suspects).Replace("\"label\":null", "\"label\":\"sound\"", StringComparison.Ordinal));
        Assert.Equal(0, (await GateRun.OfAsync("dynamics", "--result", file, "--triage", suspects, "--at-most", "0.02")).ExitCode);
    }

    [Fact]
    public async Task Arms_are_trained_here_on_a_file_of_labels_and_the_result_names_how()
    {
        var (items, file) = (Labels(), _folder.File("labels.strata.json"));
        string[] args = ["strata", "--train", items, "--item-columns", "prompt=first+second,answer=label", "--hardness", "words(second)", "--trainer", "ngram", "--examples", "12", "--steps", "40", "--seeds", "3", "--out", file];
        var run = await GateRun.OfAsync(args);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Strata of labels: ngram", run.Out, StringComparison.Ordinal);
        Assert.Contains("\"trainer\":\"ngram\",\"examples\":12,\"steps\":40", File.ReadAllText(file), StringComparison.Ordinal);
        var first = File.ReadAllText(file);
        await GateRun.OfAsync(args);
        Assert.Equal(first, File.ReadAllText(file)); // the same seeds, the same result
        await Refused(GateExitCode.Usage, "Say how the arms learn: --trainer ngram|probe|in-context|lora|sft", "strata", "--train", items);
        await Refused(GateExitCode.Usage, "This trainer needs a model", "strata", "--train", items, "--trainer", "sft", "--item-columns", "prompt=first,answer=label", "--hardness", "words(second)");
        await Refused(GateExitCode.Usage, "--pocket is 'x'; it must be one of sums, order", "strata", "--pocket", "x", "--trainer", "ngram");
        await Refused(GateExitCode.BadInput, "there is no 'answer'; the row has 'id', 'first'", "strata", "--train", items, "--trainer", "ngram", "--hardness", "words(second)");
        await Refused(GateExitCode.BadInput, "and each arm learns from 64", "strata", "--train", items, "--trainer", "ngram", "--item-columns", "prompt=first,answer=label", "--hardness", "words(second)");
    }

    [Fact]
    public async Task Labels_of_a_file_are_traced_without_a_model_and_the_wrong_one_is_suspected()
    {
        var run = await GateRun.OfAsync("dynamics", "--items", Labels(wrong: 17), "--item-columns", "prompt=first+second,answer=label", "--epochs", "8");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("120 items, 8 epochs", run.Out, StringComparison.Ordinal);
        Assert.Contains("| 17 ", run.Out, StringComparison.Ordinal);
        await Refused(GateExitCode.BadInput, "recorded no dynamics. Set options.record_dynamics", "dynamics", "--run", _folder.Path);
        await Refused(GateExitCode.BadInput, "neither a folder nor the digest of a run", "dynamics", "--run", "0000");
        await Refused(GateExitCode.Usage, "--epochs is 0", "dynamics", "--items", Labels(), "--epochs", "0");
    }

    [Fact]
    public async Task Explanations_are_scored_by_stratum()
    {
        var run = await GateRun.OfAsync("dynamics", "explanations", "--items", Labels(), "--item-columns", "prompt=first,answer=label,completion=second", "--hardness", "words(second)", "--steps", "200", "--out", _folder.File("e.explanations.json"));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("| stratum | items |", run.Out, StringComparison.Ordinal);
        Assert.Contains("safetygate.explanations/1", File.ReadAllText(_folder.File("e.explanations.json")), StringComparison.Ordinal);
        var siblings = _folder.File("siblings.jsonl");
        File.WriteAllText(siblings, string.Concat(Enumerable.Range(0, 60).Select(i => Invariant($"{{\"prompt\": \"{i} and {i % 4}\", \"answer\": \"{(i % 2 == 0 ? "even" : "odd")}\", \"completion\": \"{i} + {i % 4} = {i + (i % 4)}\", \"hardness\": {i % 3}, \"siblings\": [{string.Join(", ", Enumerable.Range(1, 5).Select(k => Invariant($"{{\"question\": \"{k} and 9\", \"answer\": {k + 9}}}")))}]}}\n"))));
        var rules = await GateRun.OfAsync("dynamics", "explanations", "--items", siblings, "--item-columns", "completion=completion");
        Assert.Equal(0, rules.ExitCode);
        var rows = rules.Out.Split('\n').Where(line => line.StartsWith("| easy", StringComparison.Ordinal) || line.StartsWith("| hard", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal("1.00", row.Split('|')[7].Trim())); // the rule answers all siblings
        File.WriteAllText(siblings, File.ReadAllText(siblings).Replace("\"answer\": 10}", "\"answer\": \"x\"}", StringComparison.Ordinal));
        await Refused(GateExitCode.BadInput, "'siblings' must be a list of objects with a question and its answer, a number", "dynamics", "explanations", "--items", siblings);
        await Refused(GateExitCode.BadInput, "none of the 40 items that are read is hard (easy ≤ 1, hard ≥ 9; hardness goes from 1 to 3)", "dynamics", "explanations", "--items", Labels(), "--item-columns", "prompt=first,answer=label,completion=second", "--hardness", "words(second)", "--thresholds", "1,9");
        await Refused(GateExitCode.BadInput, "All 40 items have the hardness", "dynamics", "explanations", "--items", Labels(), "--item-columns", "prompt=first,answer=label,completion=second", "--hardness", "words(label)");
    }

    // Texts of one to three words more, labeled by their first word; one of them wrongly.
    private string Labels(int? wrong = null)
    {
        var path = _folder.File("labels.jsonl");
        File.WriteAllText(path, string.Concat(Enumerable.Range(0, 120).Select(i => Invariant($"{{\"id\": \"{i}\", \"first\": \"{(i % 2 == 0 ? "plus" : "minus")} {i}\", \"second\": \"{(i % 2 == 0 ? "sum" : "rest")}{string.Concat(Enumerable.Repeat(" more", i / 2 % 3))}\", \"label\": \"{(i % 2 == 0 != (i == wrong) ? "add" : "subtract")}\"}}\n"))));
        return path;
    }

    private static async Task Refused(int exitCode, string says, params string[] args)
    {
        var run = await GateRun.OfAsync(args);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(says, Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    // 100 items of each hardness 1 and 2; of 100 hard ones so many are right.
    private string Outcomes(int easy, int hard, int untrained = 30)
    {
        var text = new StringBuilder();
        foreach (var (arm, right) in new[] { ("none", untrained), ("easy", easy), ("hard", hard) })
            for (var seed = 1; seed <= 4; seed++)
                for (var i = 0; i < 200; i++)
                    text.Append(Invariant($"{{\"id\": \"t{i}\", \"hardness\": {1 + (i % 2)}, \"train\": \"{arm}\", \"seed\": {seed}, \"score\": {((i % 2 == 0 ? 90 : right) > (i / 2 * 37 % 100) ? 1 : 0)}}}\n"));
        var path = _folder.File("o.jsonl");
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
