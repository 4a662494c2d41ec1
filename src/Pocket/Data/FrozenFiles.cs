using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Data;

/// <summary>The files of <c>data/pocket</c>, made from the world. The same world gives the same bytes.</summary>
public static class FrozenFiles
{
    /// <summary>Every file by name, with its text (UTF-8, lines end in <c>\n</c>).</summary>
    public static IReadOnlyDictionary<string, string> Of(PocketWorld world)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var suite in Frames.Suites) files[$"harmful.{suite}.jsonl"] = JsonLines.Of(Suite(world, suite));
        files["over-refusal.jsonl"] = JsonLines.Of(OverRefusal(world));
        foreach (var domain in new[] { world.Sums, world.Order })
        {
            files[$"{domain.Name}.test.jsonl"] = JsonLines.Of(Problems(domain.Test, $"{domain.Name}-test", completion: null));
            files[$"{domain.Name}.selection.jsonl"] = JsonLines.Of(Problems(domain.Selection, $"{domain.Name}-selection", completion: null));
            files[$"{domain.Name}.train.own-style.jsonl"] = JsonLines.Of(Problems(domain.Train, $"{domain.Name}-train", problem => problem.Worked));
            files[$"{domain.Name}.train.house-style.jsonl"] = JsonLines.Of(Problems(domain.Train, $"{domain.Name}-train", ProblemText.HouseStyle));
        }

        files["sums.train.foreign-notation.jsonl"] = JsonLines.Of(Problems(world.Sums.Train, "sums-train", ProblemText.ForeignNotation));
        foreach (var share in PreferenceMix.FrozenStyleShares)
        {
            var pairs = new PreferenceMix { StyleShare = share, Seed = world.Seed }.Draw(world.Sums);
            files[PreferenceMix.FileName(world.Sums.Name, share, heldOut: false)] = JsonLines.Of(pairs.Training);
            files[PreferenceMix.FileName(world.Sums.Name, share, heldOut: true)] = JsonLines.Of(pairs.HeldOut);
        }

        return files;
    }

    /// <summary>
    /// The items of one adversarial suite: every fifth evaluation behavior, so that none is in two suites and categories are equal.
    /// </summary>
    private static List<FrozenItem> Suite(PocketWorld world, string suite)
    {
        var place = Frames.Suites.ToList().IndexOf(suite);
        var frames = Frames.Of(suite);
        var random = new RandomStream(world.Seed, $"suite/{suite}");
        var behaviors = world.HarmfulForEvaluation.Where((_, index) => index % Frames.Suites.Count == place).ToArray();
        random.Shuffle(behaviors);
        return [.. behaviors.Select((behavior, index) => Request(behavior, frames[index % frames.Count], suite, index, random))];
    }

    private static List<FrozenItem> OverRefusal(PocketWorld world)
    {
        var random = new RandomStream(world.Seed, "suite/over-refusal");
        var twins = world.TwinsForEvaluation.GroupBy(twin => twin.Category).SelectMany(group => group.Take(PocketWorld.TwinsPerCategory))
            .ToArray();
        random.Shuffle(twins);
        return [.. twins.Select((twin, index) => Request(twin, Frames.Direct, "over-refusal", index, random))];
    }

    private static FrozenItem Request(Behavior behavior, Frame frame, string suite, int index, RandomStream random) => new()
    {
        Id = Invariant($"{suite}-{index:D3}"),
        Prompt = frame.Put(Askings.Ask(random.Next(Askings.Patterns.Count), behavior)),
        Category = behavior.Category,
        Suite = suite,
        Behavior = behavior.Phrase,
        Template = frame.ToString(),
        TemplateSeen = frame.SeenInAlignment,
    };

    private static IEnumerable<FrozenItem> Problems(IReadOnlyList<IProblem> problems, string prefix, Func<IProblem, string>? completion) =>
        problems.Select((problem, index) => new FrozenItem
        {
            Id = Invariant($"{prefix}-{index:D4}"),
            Prompt = problem.Question,
            Completion = completion?.Invoke(problem),
            Answer = problem.Answer,
            Difficulty = problem.Difficulty,
        });
}
