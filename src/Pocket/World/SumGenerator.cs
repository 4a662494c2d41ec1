using System.Globalization;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core;
using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>Makes sums of a strategy by the task grammar: problems are drawn until one has the wanted properties that the grammar knows.</summary>
/// <param name="seed">The only source of randomness.</param>
public sealed class SumGenerator(ulong seed) : IRowGenerator
{
    private const int MostChanges = 12, MostDraws = 5000;
    private static readonly SumQuestions Questions = new();
    private static readonly string[] Known = [SumQuestions.Steps, SumQuestions.Carries, SumQuestions.FirstChange, Difficulty];
    private const string Difficulty = "difficulty";

    /// <inheritdoc/>
    public string Name => Invariant($"grammar of sums, seed {seed}");

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The grammar knows none of the wanted properties, or has no problem with them.</exception>
    public Task<IReadOnlyList<DraftRow>> GenerateAsync(Strategy strategy, int count, int attempt, IReadOnlyList<string> feedback, CancellationToken cancellationToken)
    {
        if (strategy.Wanted.Count > 0 && !strategy.Wanted.Any(wanted => Known.Contains(wanted.Name)))
            throw new UserErrorException($"The grammar of sums knows nothing of {string.Join(", ", strategy.Wanted)}; it can be asked for {string.Join(", ", Known)}. Take a chat model as the generator.");
        var random = new RandomStream(seed, Invariant($"augmentation/{strategy.Name}/{attempt}"));
        return Task.FromResult<IReadOnlyList<DraftRow>>([.. Enumerable.Range(0, count).Select(_ => Draw(strategy, random))]);
    }

    private static DraftRow Draw(Strategy strategy, RandomStream random)
    {
        var changes = strategy.Wanted.Where(wanted => wanted.Name is SumQuestions.Steps or Difficulty).Select(wanted => int.TryParse(wanted.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= MostChanges ? n : (int?)null).FirstOrDefault();
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var problem = SumProblem.Draw(random, changes);
            var properties = Questions.Read(problem.Question)!.Properties;
            if (strategy.Wanted.All(wanted => properties.All(property => property.Name != wanted.Name) || properties.Contains(wanted))) return new(problem.Question, problem.Worked, problem.Answer);
        }

        throw new UserErrorException($"The grammar of sums has no problem with all of {string.Join(", ", strategy.Wanted)}. Draft another strategy, or take a chat model as the generator.");
    }
}
