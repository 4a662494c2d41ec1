using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Pocket;

/// <summary>What a tuning of the embedded world starts from and learns: model, domain and seed. Immutable; vary it with <c>with</c>.</summary>
/// <param name="Paths">The repository.</param>
public sealed record PocketStart(PocketPaths Paths)
{
    /// <summary>The only source of randomness of the run. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Which of <c>models/pocket</c> is tuned: <c>base</c>, <c>small</c> or <c>must-fail</c>. Default <c>base</c>.</summary>
    public string Model { get; init; } = "base";

    /// <summary>What it learns: <c>sums</c> or <c>order</c>. Default <c>sums</c>.</summary>
    public string Domain { get; init; } = "sums";

    /// <summary>
    /// Accuracy at temperature 1 on the selection split at which the run ends. Default <see cref="Recipes.TargetAccuracy"/>.
    /// </summary>
    public double Accuracy { get; init; } = Recipes.TargetAccuracy;

    /// <summary>Weight of the KL, in reward per nat, where it is not the recipe's own; for ablations. Default <c>null</c>.</summary>
    public double? Beta { get; init; }

    /// <summary>Folder of the model.</summary>
    internal string Directory => Path.Combine(Paths.Models, Model);

    /// <summary>The split on which the accuracy is measured.</summary>
    internal RecipeSelection Selection => new() { Path = File("selection"), MaxNewTokens = PocketSuites.ProblemTokens };

    /// <summary>A name that tells what differs from the default.</summary>
    internal string Name(string tuning) => string.Concat(
        tuning,
        Accuracy == Recipes.TargetAccuracy ? "" : Invariant($"-{100 * Accuracy:0}"),
        Model == "base" ? "" : $"-{Model}",
        Domain == "sums" ? "" : $"-{Domain}",
        Beta is { } beta ? Invariant($"-beta-{beta}") : "");

    /// <summary>A frozen file of the domain.</summary>
    internal string File(string rest) => Paths.DataFile($"{Domain}.{rest}.jsonl");
}
