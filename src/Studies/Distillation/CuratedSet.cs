using SafetyGate.Analysis.Curation;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Studies.Distillation;

/// <summary>Answers that are learnt from, and why the others are not.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="DroppedTrajectories">Answers left out, by reason.</param>
/// <param name="DroppedQuestions">Questions left out, by reason.</param>
/// <param name="Exact">Questions whose farthest answers were found among all subsets.</param>
/// <param name="Greedy">Questions whose farthest answers were chosen one by one.</param>
public sealed record CuratedSet(IReadOnlyList<AugmentedRow> Rows, IReadOnlyList<CountedDrop> DroppedTrajectories, IReadOnlyList<CountedDrop> DroppedQuestions, int Exact, int Greedy)
{
    /// <summary>Sorts out: too long, malformed and wrong answers, questions the student passes, and of the rest the answers farthest apart.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="answers">The answers, in any order.</param>
    /// <param name="studentPass">Share of the student's own answers that are right, by question; 0 where it is missing.</param>
    /// <param name="spec">The settings.</param>
    /// <param name="teacher">Name of the teacher, for the rows.</param>
    public static CuratedSet Of(IReadOnlyList<BenchmarkItem> questions, IReadOnlyList<TaughtAnswer> answers, IReadOnlyDictionary<string, double> studentPass, DistillSpec spec, string teacher)
    {
        var byQuestion = answers.GroupBy(answer => answer.Question, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal);
        List<TaughtAnswer> Of(string id) => byQuestion.GetValueOrDefault(id, []);
        var funnel = Funnel.Of([.. questions.Select(question => new TaughtQuestion(question.Id, studentPass.GetValueOrDefault(question.Id), [.. Of(question.Id).Select(answer => answer.Trajectory)]))], spec.Longest, spec.StudentPassAbove);
        var dropped = new List<string>();
        foreach (var answer in answers)
            if ((answer.Text is null ? TrajectoryCheck.NoAnswer : TrajectoryCheck.Problem(answer.Trajectory, spec.Longest)) is { } reason) dropped.Add(reason);
        var known = questions.ToDictionary(question => question.Id, StringComparer.Ordinal);
        var (rows, exact, greedy) = (new List<AugmentedRow>(), 0, 0);
        foreach (var (id, places) in funnel.Kept)
        {
            List<string> texts = [.. places.Select(place => Of(id)[place].Text!).Distinct(StringComparer.Ordinal)];
            var subset = DiverseSubset.Of(texts, spec.Keep);
            (exact, greedy) = subset.IsExact ? (exact + 1, greedy) : (exact, greedy + 1);
            dropped.AddRange(Enumerable.Repeat(TrajectoryCheck.TooAlike, places.Count - subset.Kept.Count));
            rows.AddRange(subset.Kept.Select(place => new AugmentedRow { Id = Invariant($"{id}/{place}"), Prompt = known[id].Prompt, Completion = texts[place], Answer = known[id].Answer ?? "", Strategy = "distillation", Pattern = "", Generator = teacher, Attempt = 0 }));
        }

        return new(rows, Counted(dropped), Counted(funnel.Dropped.Select(one => one.Reason)), exact, greedy);
    }

    private static IReadOnlyList<CountedDrop> Counted(IEnumerable<string> reasons) =>
        [.. reasons.GroupBy(reason => reason, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => new CountedDrop { Reason = group.Key, Count = group.Count() })];
}
