using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Tests.Benchmarks;

/// <summary>An item is a question: one that stands in several rows is one observation, whatever ids and behaviors the rows have.</summary>
public sealed class RepeatedQuestionSpecs
{
    private static BenchmarkItem Item(string id, string prompt, string? behavior = null) => new() { Id = id, Prompt = prompt, Behavior = behavior };

    private static Benchmark Of(params BenchmarkItem[] items) => new("b", MetricDirection.Safety, items);

    private static string?[] Behaviors(Benchmark benchmark) => [.. benchmark.Items.Select(item => item.Behavior)];

    [Fact]
    public void Rows_with_one_question_share_a_behavior_and_the_others_have_none()
    {
        var behaviors = Behaviors(Of(Item("1", "a"), Item("2", "b"), Item("3", " a\r\n"), Item("4", "a b"), Item("5", "a  b")));
        Assert.NotNull(behaviors[0]);
        Assert.Null(behaviors[1]);
        Assert.Equal(behaviors[0], behaviors[2]);
        Assert.NotNull(behaviors[3]);
        Assert.Equal(behaviors[3], behaviors[4]);
        Assert.NotEqual(behaviors[0], behaviors[3]);
    }

    [Fact]
    public void Behaviors_that_a_question_joins_are_one_under_the_first_name()
    {
        Assert.Equal((string?[])["x", "x", "x", "x", "z"], Behaviors(Of(Item("1", "a", "x"), Item("2", "b", "y"), Item("3", "a", "y"), Item("4", "b"), Item("5", "c", "z"))));
        Assert.Equal((string?[])["y", "y", "y"], Behaviors(Of(Item("1", "a"), Item("2", "a", "y"), Item("3", "b", "y"))));
        Assert.Equal((string?[])["x", "x", "x", "x"], Behaviors(Of(Item("1", "a", "x"), Item("2", "b", "y"), Item("3", "b", "x"), Item("4", "a", "y"))));
    }

    [Fact]
    public void Other_questions_stay_as_they_are()
    {
        BenchmarkItem[] items = [Item("1", "a", "x"), Item("2", "b", "x"), Item("3", "A"), Item("4", "c")];
        Assert.Equal(items, Of(items).Items);
        BenchmarkItem told = Item("2", "a") with { Conversation = Conversation.Of("a").WithSystem("be brief") };
        Assert.Equal((string?[])[null, null], Behaviors(Of(Item("1", "a"), told)));
        Assert.NotNull(Of(told, told with { Id = "3" }).Items[0].Behavior);
    }

    [Fact]
    public void A_question_of_two_suites_is_one_in_their_pool()
    {
        var pool = Benchmark.Pool("p", new("s", MetricDirection.Safety, [Item("1", "a"), Item("2", "b")]), new("t", MetricDirection.Safety, [Item("1", "c"), Item("2", "a")]));
        var behaviors = Behaviors(pool);
        Assert.NotNull(behaviors[0]);
        Assert.Equal((string?[])[behaviors[0], null, null, behaviors[0]], behaviors);
    }

    [Fact]
    public void A_benchmark_made_of_the_items_of_another_is_the_same()
    {
        var first = Of(Item("1", "a"), Item("2", "a"), Item("3", "b", "x"));
        Assert.Equal(first.Digest, Of([.. first.Items]).Digest);
    }
}
