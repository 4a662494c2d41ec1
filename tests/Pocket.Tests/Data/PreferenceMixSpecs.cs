using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Models;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;
using SafetyGate.Trainers.Data;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Pocket.Tests.Data;

public sealed class PreferenceMixSpecs
{
    private static readonly PocketWorld World = new();
    private static readonly PreferencePairs Plain = new PreferenceMix().Draw(World.Sums);

    [Theory, InlineData("sums"), InlineData("order")]
    public void What_is_preferred_is_right_and_what_is_not_is_wrong(string domain)
    {
        var splits = domain == "sums" ? World.Sums : World.Order;
        var pairs = new PreferenceMix().Draw(splits);
        var answers = splits.Train.ToDictionary(problem => problem.Question, problem => problem.Answer);
        Assert.All(pairs.Training.Concat(pairs.HeldOut), pair =>
        {
            Assert.Equal((1, 0), (Score(pair.Chosen), Score(pair.Rejected)));
            Assert.Equal("right", pair.Prefers);

            double? Score(string text) => new MathVerifier().Score(new BenchmarkItem { Id = "1", Prompt = pair.Prompt, Answer = answers[pair.Prompt] }, new Response { PromptId = "1", Text = text, FinishReason = FinishReason.Stop }).Value;
        });
        Assert.Equal(["guess", "slip"], pairs.Training.Select(pair => pair.RejectedAs).Distinct().Order());
        Assert.InRange(pairs.Training.Count(pair => pair.RejectedAs == "guess") / (double)pairs.Training.Count, 0.955, 0.985); // .97, four standard errors
    }

    [Theory, InlineData(0.3, 810, 90), InlineData(1, 2700, 300), InlineData(0.0101, 27, 3)]
    public void The_declared_share_of_each_split_prefers_the_house_style_where_both_are_right(double share, int training, int heldOut)
    {
        var pairs = new PreferenceMix { StyleShare = share }.Draw(World.Sums);
        Assert.Equal((training, heldOut), (pairs.Training.Count(IsStyle), pairs.HeldOut.Count(IsStyle)));
        Assert.All(pairs.Training.Where(IsStyle), pair => Assert.Equal($"{Replies.HouseOpening} {pair.Rejected}", pair.Chosen));
        Assert.All(pairs.Training.Zip(Plain.Training).Where(both => !IsStyle(both.First)), both => Assert.Equal(both.Second with { StyleShare = share }, both.First));
    }

    [Fact]
    public void The_splits_share_no_problem_and_hold_none_that_a_gate_or_a_stop_rule_asks()
    {
        var asked = World.Sums.Test.Concat(World.Sums.Selection).Select(problem => problem.Question).ToHashSet();
        Assert.Equal((2700, 300), (Plain.Training.Count, Plain.HeldOut.Count));
        Assert.Empty(Plain.Training.Select(pair => pair.Prompt).Intersect(Plain.HeldOut.Select(pair => pair.Prompt)));
        Assert.DoesNotContain(Plain.Training.Concat(Plain.HeldOut), pair => asked.Contains(pair.Prompt));
        Assert.Equal(3000, Plain.Training.Concat(Plain.HeldOut).Select(pair => pair.Id).Distinct().Count());
    }

    [Fact]
    public void A_seed_gives_the_same_pairs_and_another_one_others()
    {
        Assert.Equal(Plain.Training, new PreferenceMix().Draw(World.Sums).Training);
        var others = new PreferenceMix { Seed = 7 }.Draw(World.Sums).Training;
        Assert.NotEqual(Plain.Training.Select(pair => pair.Rejected), others.Select(pair => pair.Rejected));
        Assert.All(others, pair => Assert.Equal(7UL, pair.Seed));
    }

    [Theory, InlineData(-0.1), InlineData(1.1), InlineData(double.NaN)]
    public void A_share_outside_0_to_1_is_refused(double share) =>
        Assert.Contains("StyleShare", Assert.Throws<ArgumentException>(() => new PreferenceMix { StyleShare = share }.Draw(World.Sums)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_file_is_one_that_the_trainers_of_preferences_read()
    {
        var text = ModelText.Open(PocketPaths.Find().Base);
        var encoder = new ExampleEncoder(text.Tokenizer, text.Chat, PromptTemplate.Chat, PocketTokenizer.EosId);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "pairs.jsonl");
        File.WriteAllBytes(path, Preference.Lines(Plain.HeldOut));
        var pairs = new PreferenceFile { Path = path }.Read(encoder);
        Assert.Equal(Plain.HeldOut.Select(pair => $"{pair.Chosen} <eos>"), pairs.Select(pair => text.Tokenizer.Decode(pair.ChosenIds, skipSpecialTokens: false).Trim()));
        Assert.Equal(Files(heldOut: true), Encoding.UTF8.GetString(Preference.Lines(Plain.HeldOut)));
    }

    private static string Files(bool heldOut) => File.ReadAllText(PocketPaths.Find().DataFile(PreferenceMix.FileName("sums", 0, heldOut)));

    private static bool IsStyle(Preference pair) => pair.Prefers == "style";
}
