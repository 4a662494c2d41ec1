using SafetyGate.Trainers.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Data;

public sealed class CollationSpecs
{
    private static readonly TokenExample Short = new() { Id = "short", PromptIds = [1, 5], CompletionIds = [6] };
    private static readonly TokenExample Long = new() { Id = "long", PromptIds = [1, 7, 8], CompletionIds = [9, 2] };

    [Fact]
    public void Rows_are_padded_on_the_right_and_only_completions_are_targets()
    {
        using var batch = Collation.RightPadded([TokenRow.Of(Short), TokenRow.Of(Long)], 0, CPU);
        Assert.Equal([1, 5, 6, 0, 0, 1, 7, 8, 9, 2], Longs(batch.IdsBT));
        Assert.Equal([-100, -100, 6, -100, -100, -100, -100, -100, 9, 2], Longs(batch.LabelsBT));
        Assert.Equal([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], Longs(batch.KeepMaskBT.to(ScalarType.Int64)));
        Assert.Equal([1, 7, 8], Longs(batch.PredictionIndexN)); // one before 6 at 2, 9 at 5 + 3, 2 at 5 + 4
        Assert.Equal([6, 9, 2], Longs(batch.TargetsN));
        Assert.Equal((3, 8), (batch.TargetCount, batch.TokenCount));
        Assert.Null(batch.SegmentsBT);
    }

    [Fact]
    public void The_first_token_of_a_full_text_is_not_a_target()
    {
        var row = TokenRow.Of(Long, completionOnly: false);
        using var batch = Collation.RightPadded([row], 0, CPU);
        Assert.Equal([7, 8, 9, 2], Longs(batch.TargetsN));
        Assert.Equal(4, row.TargetCount());
    }

    [Fact]
    public void Sequences_of_one_row_keep_their_positions_segments_and_first_tokens_apart()
    {
        using var batch = Collation.PaddingFree([TokenRow.Of(Short, completionOnly: false), TokenRow.Of(Long, completionOnly: false)], CPU);
        Assert.Equal([0, 1, 2, 0, 1, 2, 3, 4], Longs(batch.PositionsBT));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 1], Longs(batch.SegmentsBT!));
        Assert.Equal([-100, 5, 6, -100, 7, 8, 9, 2], Longs(batch.LabelsBT));
        Assert.Equal([5, 6, 7, 8, 9, 2], Longs(batch.TargetsN));
    }

    [Fact]
    public void An_order_reads_every_row_once_an_epoch_and_differs_between_epochs()
    {
        var order = new DataOrder(50, seed: 3);
        var (first, second) = (order.Range(0, 50), order.Range(50, 50));
        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(Enumerable.Range(0, 50), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first[40..].Concat(second[..10]), new DataOrder(50, seed: 3).Range(40, 20));
        Assert.NotEqual(first, new DataOrder(50, seed: 4).Range(0, 50));
    }

    [Fact]
    public void Examples_beyond_the_context_are_dropped_by_name()
    {
        var limit = LengthLimit.Apply([Short, Long], 4);
        Assert.Equal(["long"], limit.DroppedIds);
        Assert.Same(Short, Assert.Single(limit.Kept));
    }

    internal static long[] Longs(Tensor tensor) => tensor.reshape(-1).data<long>().ToArray();
}
