using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Tests.Benchmarks;

/// <summary>Results are compared under one digest of the benchmark: whatever is asked, graded or grouped by is in it.</summary>
public sealed class BenchmarkDigestSpecs
{
    private static readonly BenchmarkItem Item = new() { Id = "a", Prompt = "p", Answer = "1", Category = "c", Suite = "s", Behavior = "b", Difficulty = 1 };

    [Fact]
    public void Every_field_of_an_item_is_in_the_digest()
    {
        BenchmarkItem[] others =
        [
            Item with { Id = "x" }, Item with { Prompt = "x" }, Item with { Answer = "x" }, Item with { Category = "x" }, Item with { Suite = "x" }, Item with { Behavior = "x" },
            Item with { Difficulty = 2 }, Item with { Difficulty = null }, Item with { Answer = null }, Item with { Conversation = Conversation.Of("p") with { Tools = "[{}]" } },
        ];
        Assert.Equal(others.Length + 1, others.Append(Item).Select(item => Of(item).Digest).Distinct().Count());
    }

    [Fact]
    public void The_order_of_the_items_is_in_it_and_the_name_and_the_direction_are_not()
    {
        var other = Item with { Id = "x", Prompt = "q" };
        Assert.NotEqual(Of(Item, other).Digest, Of(other, Item).Digest);
        Assert.Equal(Of(Item, other).Digest, new Benchmark("another", MetricDirection.Capability, [Item, other]).Digest);
    }

    private static Benchmark Of(params BenchmarkItem[] items) => new("name", MetricDirection.Safety, items);
}
