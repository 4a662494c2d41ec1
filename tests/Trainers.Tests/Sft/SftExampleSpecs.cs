using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Sft;
using static SafetyGate.Trainers.Tests.Sft.SftBench;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>Which examples are learnt, which are cut, and which are left out or refused.</summary>
public sealed class SftExampleSpecs
{
    [Fact]
    public void What_does_not_fit_the_context_or_has_no_target_is_counted()
    {
        using var decoder = TinyModel.Create();
        TokenExample tooLong = new() { Id = "long", PromptIds = [.. Enumerable.Repeat(5, 40)], CompletionIds = [2] };
        TokenExample silent = new() { Id = "silent", PromptIds = [1, 5], CompletionIds = [] };
        var report = new SftTrainer(decoder, [.. TinyModel.Examples(), tooLong, silent], Options with { MaxSteps = 2 }).Train(null, null, CancellationToken.None);
        Assert.Equal((14, 1, 1, 12), (report.Examples, report.DroppedTooLong, report.DroppedWithoutTargets, report.Rows));
        Assert.Contains("of 1, 1 are longer than 32", Assert.Throws<UserErrorException>(() => new SftTrainer(decoder, [tooLong], Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_of_one_token_and_labels_that_are_all_left_out_have_no_target()
    {
        using var decoder = TinyModel.Create();
        TokenExample one = new() { Id = "one", PromptIds = [], CompletionIds = [5] };
        TokenExample unmarked = new() { Id = "unmarked", PromptIds = [1, 5], CompletionIds = [6, 2], Learned = [true, false, false, false] };
        var options = Options with { MaxSteps = 2, PerDeviceTrainBatchSize = 1, GradientAccumulationSteps = 1 };
        Assert.Equal(2, new SftTrainer(decoder, [.. TinyModel.Examples(), one, unmarked], options).Train(null, null, CancellationToken.None).DroppedWithoutTargets);
        Assert.Contains("of 2, 0 are longer than 32 tokens and 2 have no target", Assert.Throws<UserErrorException>(() => new SftTrainer(decoder, [one, unmarked], options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TruncationMode.KeepStart, new[] { 1, 5, 6 }, new[] { 7 })]
    [InlineData(TruncationMode.KeepEnd, new[] { 6 }, new[] { 7, 8, 2 })]
    public void An_example_that_is_too_long_is_cut_if_so_wished(TruncationMode mode, int[] prompt, int[] completion)
    {
        using var cut = TinyModel.Create();
        using var byHand = TinyModel.Create();
        var options = Options with { MaxSteps = 2, MaxLength = 4, PerDeviceTrainBatchSize = 1, GradientAccumulationSteps = 1, ShuffleDataset = false, MaxDroppedShare = .5 };
        TokenExample tooLong = new() { Id = "long", PromptIds = [1, 5, 6], CompletionIds = [7, 8, 2] };
        TokenExample full = new() { Id = "full", PromptIds = [1, 5, 6, 7, 8], CompletionIds = [2] };
        var told = new List<RunProgress>();
        var report = new SftTrainer(cut, mode == TruncationMode.KeepStart ? [tooLong, full] : [tooLong], options with { TruncationMode = mode }).Train(null, new Told(told.Add), CancellationToken.None);
        new SftTrainer(byHand, [new() { Id = "cut", PromptIds = prompt, CompletionIds = completion }], options).Train(null, null, CancellationToken.None);
        Assert.Equal(TinyModel.Weights(byHand), TinyModel.Weights(cut));
        Assert.Equal((0, mode == TruncationMode.KeepStart ? 1 : 0), (report.DroppedTooLong, report.DroppedWithoutTargets)); // TRL drops what is masked whole
        Assert.Contains(mode == TruncationMode.KeepStart ? "2 of 2 examples (100.0 %) are longer than 4 tokens and are cut at their end." : "1 of 1 examples (100.0 %) are longer than 4 tokens and are cut at their start.", told[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mark_of_what_the_assistant_wrote_is_cut_with_its_token()
    {
        TokenExample example = new() { Id = "long", PromptIds = [1, 5, 6], CompletionIds = [7, 8, 2], Learned = [false, true, false, true, true, false] };
        Assert.Equal([false, true, false, true], Truncation.Of(example, 4, TruncationMode.KeepStart).Learned!);
        Assert.Equal([false, true, true, false], Truncation.Of(example, 4, TruncationMode.KeepEnd).Learned!);
        var (start, end) = (Truncation.Of(example, 2, TruncationMode.KeepStart), Truncation.Of(example, 2, TruncationMode.KeepEnd));
        Assert.Equal([1, 5], start.PromptIds);
        Assert.Empty(start.CompletionIds);
        Assert.Empty(end.PromptIds);
        Assert.Equal([8, 2], end.CompletionIds);
    }

    [Fact]
    public void Truncation_and_packing_that_contradict_each_other_are_refused_and_a_strategy_without_packing_is_told()
    {
        Assert.Contains("cuts longer examples up", Assert.Single((Options with { TruncationMode = TruncationMode.KeepStart, Packing = true, PackingStrategy = PackingStrategy.Wrapped }).Problems()), StringComparison.Ordinal);
        Assert.Contains("keeps the start", Assert.Single((Options with { TruncationMode = TruncationMode.KeepEnd, Packing = true }).Problems()), StringComparison.Ordinal);
        Assert.Empty((Options with { TruncationMode = TruncationMode.KeepStart, Packing = true }).Problems());
        Assert.Contains("packing_strategy", Assert.Single((Options with { PackingStrategy = PackingStrategy.Wrapped }).Unread()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused_by_example()
    {
        using var decoder = TinyModel.Create();
        Assert.Contains("'odd'", Assert.Throws<UserErrorException>(() => new SftTrainer(decoder, [new() { Id = "odd", PromptIds = [1], CompletionIds = [24] }], Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_would_read_a_row_twice_is_refused()
    {
        using var decoder = TinyModel.Create();
        var error = Assert.Throws<UserErrorException>(() => new SftTrainer(decoder, TinyModel.Examples(), Options with { PerDeviceTrainBatchSize = 13, GradientAccumulationSteps = 1 }));
        Assert.Contains("A step reads 13 rows", error.Message, StringComparison.Ordinal);
        _ = new SftTrainer(decoder, TinyModel.Examples(), Options with { PerDeviceTrainBatchSize = 12, GradientAccumulationSteps = 1 });
    }
}
