using SafetyGate.Core.Runs;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Takes from a list of work what nobody has done or does, for tasks on several machines that share a store: locks see to it that nothing is
/// done twice, and what a killed task had begun is resumed by the next one that comes to it.
/// </summary>
/// <param name="work">The list, the same in all tasks.</param>
/// <param name="list">Where tasks note how far each element is.</param>
/// <param name="task">This task's number, from 1.</param>
public sealed class SharedWork(IReadOnlyList<ListedWork> work, SubmittedList list, int task)
{
    /// <summary>
    /// Takes elements until none is left that nobody has; after each, stops if as many tasks still wait to start as there are elements left,
    /// so that a task is one element long and yet what lost tasks leave is made up for.
    /// </summary>
    /// <param name="waiting">How many tasks have not started yet.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Stops the work; the state of the run under way stays.</param>
    /// <returns>True if all of the list is done.</returns>
    public async Task<bool> TakeAsync(Func<Task<int>> waiting, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        while (await TakeOneAsync(progress, cancellationToken))
            if (Enumerable.Range(0, work.Count).Count(IsLeft) <= await waiting()) break;
        return Enumerable.Range(0, work.Count).All(element => list.Read(element).State == ListedState.Done);
    }

    private bool IsOpen(int element) => list.Read(element).State is ListedState.Queued or ListedState.Running;

    private bool IsLeft(int element) => IsOpen(element) && !StoreLock.IsHeld(list.LockOf(element));

    private async Task<bool> TakeOneAsync(IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        for (var element = 0; element < work.Count; element++)
        {
            if (!IsOpen(element)) continue;
            using var own = StoreLock.TryAcquire(list.LockOf(element), Invariant($"task {task}: {work[element].Name}"));
            if (own is null || !IsOpen(element)) continue; // another task has it, or was faster
            if (await DoAsync(element, progress, cancellationToken)) return true;
        }

        return false;
    }

    private async Task<bool> DoAsync(int element, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var began = false;
        try
        {
            var outcome = await work[element].DoAsync(() =>
            {
                if (!began) list.Note(element, new(ListedState.Running, task, ""));
                began = true;
            }, progress, cancellationToken);
            if (outcome is null) return false;
            list.Note(element, new(ListedState.Done, task, outcome.Words));
            return outcome.Worked;
        }
        catch (Exception e) when (e is TrainingFailedException or UserErrorException)
        {
            // In this order: who follows the list shows the end of this task's log with the failure.
            progress.Report(new("failed", 0, 0, $"{work[element].Name}: {e.Message}"));
            list.Note(element, new(ListedState.Failed, task, e.Message));
            return true;
        }
    }
}
