using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>An element of a list of work that several machines share through a store.</summary>
public sealed record ListedWork
{
    /// <summary>Its name, for people; unique in the list.</summary>
    public required string Name { get; init; }

    /// <summary>What decides it besides its name, such as a recipe's description.</summary>
    public JsonObject Identity { get; init; } = [];

    /// <summary>
    /// Does it, or takes it from the store, where it leaves everything. Gives <c>null</c> if another process is at it. It is called under a
    /// lock of the list, and the first argument before anything long begins.
    /// </summary>
    public required Func<Action, IProgress<RunProgress>, CancellationToken, Task<ListedOutcome?>> DoAsync { get; init; }

    /// <summary>A training run, and what is computed of it and kept in the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="name">Its name in the list; the recipe's by default.</param>
    /// <param name="then">What follows, such as its evaluations; <c>null</c>: nothing.</param>
    public static ListedWork OfRun(RunStore store, IRecipe recipe, string? name = null, Func<IProgress<RunProgress>, CancellationToken, Task>? then = null) => new()
    {
        Name = name ?? recipe.Name,
        Identity = recipe.Describe(),
        DoAsync = async (begins, progress, cancellationToken) =>
        {
            var trained = await store.TryGetOrTrainAsync(recipe, begins, progress, cancellationToken);
            if (trained is null) return null;
            foreach (var warning in trained.Warnings) progress.Report(new("warning", 0, 0, warning));
            if (then is not null)
            {
                begins();
                await then(progress, cancellationToken);
            }

            return new($"run {trained.Record.Digest}, {Words(trained.Origin)}, weights {trained.Record.Model.WeightsDigest}", trained.Origin != RunOrigin.FromStore);
        },
    };

    /// <summary>Where a run came from, in words.</summary>
    public static string Words(RunOrigin origin) => origin switch
    {
        RunOrigin.Trained => "trained now",
        RunOrigin.Resumed => "resumed and finished now",
        _ => "taken from the store",
    };
}
