using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;

namespace SafetyGate.Studies.Seeds;

/// <summary>Answers to sums with planted kinds of mistakes, each on a kind of items of its own.</summary>
internal sealed class PlantedSums
{
    private const int Items = 400;
    private static readonly SumQuestions Reader = new();

    private PlantedSums(IReadOnlyList<AskedItem> asked, IReadOnlyDictionary<string, int> kinds) => (Asked, Kinds) = (asked, kinds);

    /// <summary>The items with their answers.</summary>
    public IReadOnlyList<AskedItem> Asked { get; }

    /// <summary>Kind of each planted mistake by item: 0 stops one step short (four changes), 1 forgets the carry (three changes with one), 2
    /// exchanges the operands of a first loss (the others).</summary>
    public IReadOnlyDictionary<string, int> Kinds { get; }

    /// <summary>Draws answers that fail on four fifths of the planted slices, and with a slip at random in two of a hundred others.</summary>
    public static PlantedSums InSlices(ulong seed) => Draw(seed, (question, random) => random.NextDouble() >= 0.8 ? null
        : question.Steps.Count == 4 ? 0 : question.Steps.Any(step => step.Carries) ? 1 : question.Steps[0].Operation == '-' ? 2 : null, slips: 0.02);

    /// <summary>Draws answers that slip at random in a fifth of all items.</summary>
    public static PlantedSums Unstructured(ulong seed) => Draw(seed, (_, _) => null, slips: 0.2);

    private static PlantedSums Draw(ulong seed, Func<ReadQuestion, RandomStream, int?> kindOf, double slips)
    {
        var random = new RandomStream(seed, "planted-sums");
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        var asked = new List<AskedItem>();
        for (var i = 0; i < Items; i++)
        {
            var (id, problem) = (Invariant($"{i}"), SumProblem.Draw(random));
            var question = Reader.Read(problem.Question)!;
            var kind = kindOf(question, random);
            var slipAt = kind is null && random.NextDouble() < slips ? random.Next(question.Steps.Count) : -1;
            if (kind is { } planted) kinds[id] = planted;
            asked.Add(new() { Id = id, Prompt = problem.Question, Answer = problem.Answer, Response = Answer(question, kind, slipAt, random), Failed = kind is not null || slipAt >= 0 });
        }

        return new(asked, kinds);
    }

    private static string Answer(ReadQuestion question, int? kind, int slipAt, RandomStream random)
    {
        var (words, total, isForgotten) = (new List<string>(), question.Steps[0].Left, false);
        for (var i = 0; i < question.Steps.Count - (kind == 0 ? 1 : 0); i++)
        {
            var (operation, amount) = (question.Steps[i].Operation, question.Steps[i].Right);
            var step = new WorkedStep(total, operation, amount, operation == '+' ? total + amount : total - amount);
            if (kind == 1 && !isForgotten && step.Carries) (step, isForgotten) = (step with { Result = step.Result + (operation == '+' ? -10 : 10) }, true);
            if (i == slipAt) step = step with { Result = step.Result + (random.Next(2) == 0 ? 1 : -1) };
            words.Add(kind == 2 && i == 0 ? Invariant($"{step.Right} - {step.Left} = {step.Result} .") : Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result} ."));
            total = step.Result;
        }

        return string.Join(' ', words) + Invariant($" #### {total}");
    }
}
