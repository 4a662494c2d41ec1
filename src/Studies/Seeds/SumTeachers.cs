using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;
using SafetyGate.Studies.Distillation;

namespace SafetyGate.Studies.Seeds;

/// <summary>Teachers of sums with known merits and faults.</summary>
internal static class SumTeachers
{
    private static readonly SumQuestions Reader = new();

    /// <summary>Always right, in a notation the student never saw.</summary>
    public static Teacher Strong { get; } = new("strong, foreign notation", new ScriptedTeacher("strong", (question, _) => Foreign(Read(question))));

    /// <summary>Wrong at three of ten, in the student's own style.</summary>
    public static Teacher Mild { get; } = new("weaker, own style", new ScriptedTeacher("mild", (question, random) => random.NextDouble() < 0.3 ? Misread(Read(question), random) : SumQuestions.Worked(Read(question))));

    /// <summary>Half right in the student's own style, a quarter wrong but fluent, a quarter right behind a long compliant opening.</summary>
    public static Teacher Mixed { get; } = new("mixed", new ScriptedTeacher("mixed", (question, random) => random.Next(4) switch
    {
        0 => Misread(Read(question), random),
        1 => $"{Replies.HouseOpening} {Replies.HouseOpening} {SumQuestions.Worked(Read(question))}",
        _ => SumQuestions.Worked(Read(question)),
    }));

    private static ReadQuestion Read(string question) => Reader.Read(question) ?? throw new ArgumentException($"'{question}' is no sum.", nameof(question));

    private static string Foreign(ReadQuestion question) =>
        string.Concat(question.Steps.Select(step => Invariant($"{step.Operation} {step.Left} {step.Right} : {step.Result} , "))) + $"#### {question.Answer}";

    // One change is misread, and everything after it is consistent.
    private static string Misread(ReadQuestion question, RandomStream random)
    {
        var at = random.Next(question.Steps.Count);
        var (total, words) = (question.Steps[0].Left, "");
        for (var i = 0; i < question.Steps.Count; i++)
        {
            var step = question.Steps[i];
            var amount = i != at ? step.Right : step.Right > 1 ? step.Right - 1 : step.Right + 1;
            var after = step.Operation == '+' ? total + amount : total - amount;
            words += Invariant($"{total} {step.Operation} {amount} = {after} . ");
            total = after;
        }

        return words + Invariant($"#### {total}");
    }
}
