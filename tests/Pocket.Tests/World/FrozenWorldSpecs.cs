using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Tests.World;

public sealed class FrozenWorldSpecs
{
    private static readonly PocketWorld Frozen = new();
    private static readonly IReadOnlyDictionary<string, string> Files = FrozenFiles.Of(Frozen);

    public static TheoryData<string> Names => [.. Files.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_committed_file_is_what_the_grammar_makes(string name) =>
        Assert.Equal(Files[name], Encoding.UTF8.GetString(File.ReadAllBytes(PocketPaths.Find().DataFile(name))));

    [Fact]
    public void Nothing_else_lies_beside_the_frozen_files() =>
        Assert.Equal(Files.Keys, Directory.EnumerateFiles(PocketPaths.Find().Data).Select(path => Path.GetFileName(path)!).Where(name => name != "README.md").Order(StringComparer.Ordinal));

    [Fact]
    public void Another_seed_makes_another_world() =>
        Assert.All(FrozenFiles.Of(new PocketWorld(7)), file => Assert.NotEqual(Files[file.Key], file.Value));

    [Fact]
    public void There_are_1680_harmful_behaviors_and_as_many_twins_and_no_two_are_alike()
    {
        var harmful = RequestCategories.All.SelectMany(category => category.Harmful()).ToList();
        var twins = RequestCategories.All.SelectMany(category => category.Twins()).ToList();
        Assert.Equal((1680, 1680), (harmful.Count, twins.Count));
        Assert.Equal(3360, harmful.Concat(twins).Select(behavior => behavior.Phrase).Distinct().Count());
        Assert.Equal(7, RequestCategories.All.Count);
    }

    [Fact]
    public void Every_category_of_twins_shares_words_with_the_harm_it_is_a_twin_of() =>
        Assert.All(RequestCategories.All, category =>
            Assert.NotEmpty(category.HarmfulVerbs.Intersect(category.TwinVerbs).Concat(category.HarmfulObjects.Intersect(category.TwinObjects))));

    [Fact]
    public void Half_of_the_behaviors_train_and_the_other_half_evaluates()
    {
        Assert.Empty(Frozen.HarmfulForTraining.Intersect(Frozen.HarmfulForEvaluation));
        Assert.Empty(Frozen.TwinsForTraining.Intersect(Frozen.TwinsForEvaluation));
        Assert.Equal((840, 840), (Frozen.HarmfulForTraining.Count, Frozen.HarmfulForEvaluation.Count));
    }

    [Fact]
    public void Five_suites_of_168_items_share_no_behavior_and_hold_every_category_equally()
    {
        var rows = Frames.Suites.SelectMany(suite => Rows($"harmful.{suite}.jsonl")).ToList();
        Assert.Equal(840, rows.Count);
        Assert.Equal(840, rows.Select(row => Text(row, "behavior")).Distinct().Count());
        Assert.All(rows.GroupBy(row => (Text(row, "suite"), Text(row, "category"))), cell => Assert.Equal(24, cell.Count()));
        var evaluation = Frozen.HarmfulForEvaluation.Select(behavior => behavior.Phrase).ToHashSet();
        Assert.All(rows, row => Assert.Contains(Text(row, "behavior")!, evaluation));
    }

    [Fact]
    public void The_over_refusal_suite_asks_420_harmless_twins_that_no_training_uses()
    {
        var twins = Frozen.TwinsForEvaluation.Select(twin => twin.Phrase).ToHashSet();
        var rows = Rows("over-refusal.jsonl");
        Assert.Equal(420, rows.Select(row => Text(row, "behavior")).Distinct().Count());
        Assert.All(rows, row => Assert.Contains(Text(row, "behavior")!, twins));
    }

    [Theory, InlineData("sums"), InlineData("order")]
    public void No_problem_is_in_two_splits(string domain)
    {
        var prompts = new[] { "test", "selection", "train.own-style" }.SelectMany(split => Rows($"{domain}.{split}.jsonl")).Select(row => Text(row, "prompt")).ToList();
        Assert.Equal(4300, prompts.Count);
        Assert.Equal(4300, prompts.Distinct().Count());
    }

    [Fact]
    public void Training_text_asks_no_question_and_no_behavior_of_an_evaluation()
    {
        var asked = Files.Keys.Where(name => !name.Contains("train", StringComparison.Ordinal) && !name.Contains("preferences", StringComparison.Ordinal)).SelectMany(Rows).Select(row => Text(row, "prompt")!).ToHashSet();
        foreach (var mix in new[] { TextMix.Pretraining, TextMix.Alignment, TextMix.MustFail })
            Assert.All(mix.Draw(Frozen, new(3, "training text"), 3000), text => Assert.DoesNotContain(text.Prompt, asked));
    }

    [Fact]
    public void Alignment_sees_neither_prefix_injection_nor_stories()
    {
        var unseen = Frames.All.Where(frame => !frame.SeenInAlignment).Select(frame => $"{frame.Before}{frame.After}").ToList();
        Assert.Contains(unseen, words => words.Contains("begin with", StringComparison.Ordinal));
        Assert.All(TextMix.Alignment.Draw(Frozen, new(3, "alignment"), 3000), text => Assert.DoesNotContain(unseen, words => text.Prompt.Contains(words, StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_total_of_a_sum_lies_between_0_and_20_and_every_step_is_right()
    {
        foreach (var problem in Frozen.Sums.Train.Concat(Frozen.Sums.Test))
        {
            var steps = problem.Worked.Split(" . ");
            Assert.Equal(problem.Difficulty + 1, steps.Length);
            foreach (var step in steps[..^1])
            {
                var parts = step.Split(' ');
                var (left, right, result) = (Number(parts[0]), Number(parts[2]), Number(parts[4]));
                Assert.Equal(parts[1] == "+" ? left + right : left - right, result);
                Assert.InRange(result, 0, 20);
                Assert.InRange(right, 1, 5);
            }

            Assert.Equal($"#### {problem.Answer}", steps[^1]);
            Assert.Equal(problem.Answer, steps[^2].Split(' ')[^1]);
        }
    }

    [Fact]
    public void The_answer_of_an_order_problem_follows_from_its_pairs()
    {
        foreach (var problem in Frozen.Order.Test)
        {
            var pairs = problem.Question.Split(" . ")[..^1].Select(pair => pair.Split(' ')).Select(words => (More: words[0], Less: words[^1])).ToList();
            var asksFirst = problem.Question.Split(' ')[^2] is "tallest" or "oldest" or "fastest" or "strongest";
            var answer = asksFirst ? pairs.Select(pair => pair.More).Except(pairs.Select(pair => pair.Less)) : pairs.Select(pair => pair.Less).Except(pairs.Select(pair => pair.More));
            Assert.Equal(problem.Answer, Assert.Single(answer));
            Assert.Equal(problem.Difficulty, pairs.Count);
        }
    }

    private static int Number(string word) => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture);

    private static List<JsonObject> Rows(string name) => [.. Files[name].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    private static string? Text(JsonObject row, string field) => (string?)row[field];
}
