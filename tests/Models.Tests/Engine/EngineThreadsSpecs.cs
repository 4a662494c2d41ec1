using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>Pieces of work on the engine's threads.</summary>
public sealed class EngineThreadsSpecs
{
    [Theory, InlineData(1), InlineData(2), InlineData(9)]
    public void Every_piece_runs_once_and_operators_share_what_threads_are_left(int count)
    {
        var threads = get_num_threads();
        var workers = TensorEngine.Started.LimitThreads is null ? 1 : Math.Min(threads, count);
        var runs = new int[count];
        var seen = new int[count];
        EngineThreads.Run([.. Enumerable.Range(0, count).Select<int, Action>(i => () =>
        {
            Interlocked.Increment(ref runs[i]);
            seen[i] = get_num_threads();
        })]);
        Assert.All(runs, run => Assert.Equal(1, run));
        Assert.All(seen, operators => Assert.Equal(workers < 2 ? threads : threads / workers, operators));
        Assert.Equal(threads, get_num_threads());
        var later = 0;
        var thread = new Thread(() => later = get_num_threads());
        thread.Start();
        thread.Join();
        Assert.Equal(threads, later); // threads that start afterwards are not limited
    }

    [Fact]
    public void Operators_give_on_a_piece_what_they_give_elsewhere()
    {
        using var left = randn(64, 128);
        using var right = randn(128, 96);
        using var expected = left.matmul(right);
        var equal = new bool[6];
        EngineThreads.Run([.. Enumerable.Range(0, equal.Length).Select<int, Action>(i => () =>
        {
            using var scope = NewDisposeScope();
            equal[i] = left.matmul(right).allclose(expected, 1e-5, 1e-5);
        })]);
        Assert.All(equal, Assert.True);
    }

    [Fact]
    public void The_first_failure_in_order_is_thrown_as_it_is()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => EngineThreads.Run([() => { }, () => throw new InvalidOperationException("second"), () => { }]));
        Assert.Equal("second", thrown.Message);
        Assert.Throws<OperationCanceledException>(() => EngineThreads.Run([() => throw new OperationCanceledException(), () => { }]));
        EngineThreads.Run([]);
    }
}
