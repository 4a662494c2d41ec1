using System.Text.Json.Nodes;
using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Memory;

/// <summary>How a run is divided so that it fits, and what it needs then.</summary>
/// <param name="Passes">The division.</param>
/// <param name="Need">Its memory.</param>
/// <param name="Free">Bytes that were free; <c>null</c> where the system does not tell.</param>
/// <param name="Device">Where, for messages.</param>
public sealed record MemoryPlan(PassPlan Passes, MemoryNeed Need, long? Free, string Device)
{
    /// <summary>Name of the file in a run's directory that a resumed run is divided by.</summary>
    public const string FileName = "memory.json";

    // What the estimate leaves out, and what others may take meanwhile.
    private const double UsableShare = 0.9;

    // Passes of fewer tokens waste more time than layers computed twice.
    private const int LeastTokens = 2048;

    /// <summary>One line for people.</summary>
    public string Words => Invariant($"needs {MemoryNeed.Size(Need.Total)}{(Free is { } free ? Invariant($" of {MemoryNeed.Size(free)} free on {Device}") : "")}: {Need.Words}; {PassWords}");

    private string PassWords => (Passes.TokensAtOnce is { } tokens ? Invariant($"passes of at most {tokens} tokens") : "each batch in one pass") + (Passes.RecomputeLayers ? ", layers recomputed" : "");

    /// <summary>Divides a run so that it fits: whole, else in smaller passes, else with layers recomputed as well.</summary>
    /// <param name="estimate">Computes the memory of a division.</param>
    /// <param name="shape">Sizes of the data.</param>
    /// <param name="options">What the recipe fixes.</param>
    /// <param name="free">Free bytes; <c>null</c> fits everything.</param>
    /// <param name="device">Where, for messages.</param>
    /// <returns>The first division that fits; <c>null</c> if none does.</returns>
    public static MemoryPlan? Choose(MemoryEstimate estimate, RunShape shape, TrainingOptions options, long? free, string device) =>
        Candidates(shape, options).Select(candidate => Of(estimate, shape, candidate.Rows, candidate.Passes, free, device)).FirstOrDefault(plan => plan.Fits);

    /// <summary>The run as the recipe has it, whether it fits or not.</summary>
    public static MemoryPlan AsAsked(MemoryEstimate estimate, RunShape shape, TrainingOptions options, long? free, string device)
    {
        var (rows, passes) = Candidates(shape, options).First();
        return Of(estimate, shape, rows, passes, free, device);
    }

    /// <summary>The smallest the recipe allows, whether it fits or not.</summary>
    public static MemoryPlan Smallest(MemoryEstimate estimate, RunShape shape, TrainingOptions options, long? free, string device) =>
        Candidates(shape, options).Select(candidate => Of(estimate, shape, candidate.Rows, candidate.Passes, free, device)).MinBy(plan => plan.Need.Total)!;

    /// <summary>Whether it fits.</summary>
    public bool Fits => Free is not { } free || Need.Total <= UsableShare * free;

    /// <summary>The division as JSON, with the figures behind it.</summary>
    public JsonObject ToJson() => new()
    {
        ["micro_batch_tokens"] = Passes.TokensAtOnce,
        ["recompute_layers"] = Passes.RecomputeLayers,
        ["needed_bytes"] = Need.Total,
        ["free_bytes"] = Free,
        ["parts"] = new JsonObject(Need.Parts.Select(part => KeyValuePair.Create(part.Key.ToString(), (JsonNode?)JsonValue.Create(part.Value)))),
    };

    private static MemoryPlan Of(MemoryEstimate estimate, RunShape shape, int rows, PassPlan passes, long? free, string device) =>
        new(passes, estimate.Of(Math.Min(rows, shape.Rows), passes.RecomputeLayers), free, device);

    private static IEnumerable<(int Rows, PassPlan Passes)> Candidates(RunShape shape, TrainingOptions options)
    {
        var recompute = options.GradientCheckpointing;
        if (options.MicroBatchTokens is { } given)
        {
            var rows = RowsOf(shape, given);
            if (recompute is not true) yield return (rows, new(given));
            if (recompute is not false) yield return (rows, new(given, true));
            yield break;
        }

        var divisions = shape.IsDivisible ? Halves(shape.Rows).ToList() : [shape.Rows];
        if (recompute is not true)
            foreach (var rows in divisions.Where(rows => rows == shape.Rows || recompute is false || shape.Tokens(rows) >= LeastTokens)) yield return (rows, new(Tokens(rows)));
        if (recompute is not false)
            foreach (var rows in divisions) yield return (rows, new(Tokens(rows), true));

        int? Tokens(int rows) => rows == shape.Rows ? null : (int)Math.Min(int.MaxValue, shape.Tokens(rows));
    }

    private static IEnumerable<int> Halves(int rows)
    {
        for (; rows > 1; rows = (rows + 1) / 2) yield return rows;
        yield return 1;
    }

    /// <summary>Rows of a pass of at most so many tokens; 1 at least.</summary>
    internal static int RowsOf(RunShape shape, int? tokens)
    {
        if (tokens is not { } most) return shape.Rows;
        var (least, beyond) = (1, shape.Rows + 1L);
        while (beyond - least > 1)
        {
            var middle = (int)(least + ((beyond - least) / 2));
            if (shape.Tokens(middle) <= most) least = middle;
            else beyond = middle;
        }

        return least;
    }
}
