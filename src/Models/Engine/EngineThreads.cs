using System.Runtime.ExceptionServices;
using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Independent work on the engine's threads: pieces side by side, instead of the parts of one small operator after another.
/// </summary>
public static class EngineThreads
{
    /// <summary>
    /// Runs every piece. Where there are several and the engine can limit the threads of its operators, as many pieces run at once as it
    /// has threads, and the operators of each share what is left.
    /// </summary>
    /// <param name="pieces">Independent of one another and of the thread they run on; each switches gradients off itself where it needs none.</param>
    /// <exception cref="Exception">That of the first piece, in their order, that failed; later pieces may not have run.</exception>
    public static void Run(IReadOnlyList<Action> pieces)
    {
        var threads = torch.get_num_threads();
        var workers = Math.Min(threads, pieces.Count);
        if (workers < 2 || TensorEngine.Started.LimitThreads is not { } limit)
        {
            foreach (var piece in pieces) piece();
            return;
        }

        var failures = new Exception?[pieces.Count];
        var (next, failed) = (-1, false);
        var started = Enumerable.Range(0, workers).Select(_ => new Thread(Work) { IsBackground = true }).ToList();
        foreach (var worker in started) worker.Start();
        foreach (var worker in started) worker.Join();
        if (Array.Find(failures, failure => failure is not null) is { } first) ExceptionDispatchInfo.Throw(first);

        void Work()
        {
            _ = torch.get_num_threads(); // libtorch sets a thread's number at its first call, and would undo an earlier limit
            limit(threads / workers);
            while (!Volatile.Read(ref failed) && Interlocked.Increment(ref next) is var i && i < pieces.Count)
            {
                try
                {
                    pieces[i]();
                }
                catch (Exception failure)
                {
                    failures[i] = failure;
                    Volatile.Write(ref failed, true);
                }
            }
        }
    }
}
