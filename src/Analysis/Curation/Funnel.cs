namespace SafetyGate.Analysis.Curation;

/// <summary>What is left to distill from, and why the rest is not (after arXiv:2508.09883).</summary>
/// <param name="Kept">Places of the answers that are left, by question.</param>
/// <param name="Dropped">Why a question is left out.</param>
public sealed record Funnel(IReadOnlyList<(string Id, IReadOnlyList<int> Trajectories)> Kept, IReadOnlyList<(string Id, string Reason)> Dropped)
{
    /// <summary>The student answers it well enough already.</summary>
    public const string StudentPasses = "student passes";

    /// <summary>No answer is short enough, well-formed and right.</summary>
    public const string NoTrajectory = "no trajectory left";

    /// <summary>Sorts out.</summary>
    /// <param name="questions">The questions, in order.</param>
    /// <param name="longest">Most tokens of an answer.</param>
    /// <param name="studentPassAbove">A question the student passes more often than this teaches nothing.</param>
    public static Funnel Of(IReadOnlyList<TaughtQuestion> questions, int longest, double studentPassAbove)
    {
        List<(string, IReadOnlyList<int>)> kept = [];
        List<(string, string)> dropped = [];
        foreach (var question in questions)
        {
            int[] left = [.. Enumerable.Range(0, question.Trajectories.Count).Where(i => question.Trajectories[i] is { IsWellFormed: true, IsRight: true } one && one.Tokens <= longest)];
            if (question.StudentPass > studentPassAbove) dropped.Add((question.Id, StudentPasses));
            else if (left.Length == 0) dropped.Add((question.Id, NoTrajectory));
            else kept.Add((question.Id, left));
        }

        return new(kept, dropped);
    }
}
