using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models.Engine;
using SafetyGate.Pocket;
using SafetyGate.Trainers;

namespace SafetyGate.Studies.Seeds;

/// <summary>What a section of the study runs with.</summary>
public sealed record SeedStudyContext
{
    /// <summary>The embedded world.</summary>
    public required PocketPaths Paths { get; init; }

    /// <summary>Where runs, responses and figures are kept.</summary>
    public required RunStore Store { get; init; }

    /// <summary>The seeds, from 1. A section whose claim names a number of seeds of its own (20 of 20) takes that.</summary>
    public required IReadOnlyList<ulong> Seeds { get; init; }

    /// <summary>Whether the short form is asked for: fewer items and steps, the same code. Verdicts of it are not those of the page.</summary>
    public bool Quick { get; init; }

    /// <summary>Where to report.</summary>
    public required IProgress<RunProgress> Progress { get; init; }

    /// <summary>Figures of one piece of work: those kept before, else computed now and kept.</summary>
    /// <typeparam name="T">A record of numbers, texts and lists.</typeparam>
    /// <param name="study">The section.</param>
    /// <param name="settings">Everything that decides them, the seed included; a record or an anonymous object. Code and engine are added.</param>
    /// <param name="compute">Computes them.</param>
    public async Task<T> KeptAsync<T>(ISeedStudy study, object settings, Func<Task<T>> compute) where T : class
    {
        var key = new JsonObject
        {
            ["study"] = study.Name,
            ["quick"] = Quick,
            ["settings"] = JsonSerializer.SerializeToNode(settings, settings.GetType()),
            ["code"] = TensorEngine.Digest(TensorEngine.Describe([typeof(RecipeFile).Assembly, typeof(PocketPaths).Assembly, typeof(SeedStudyContext).Assembly, typeof(Analysis.Text.Rouge).Assembly])),
        };
        var kept = new KeptFigures(Store);
        if (kept.Find<T>(key) is { } before) return before;
        var figures = await compute();
        kept.Keep(key, figures);
        return figures;
    }

    /// <summary>The same for work that is not awaited.</summary>
    /// <inheritdoc cref="KeptAsync"/>
    public Task<T> Kept<T>(ISeedStudy study, object settings, Func<T> compute) where T : class => KeptAsync(study, settings, () => Task.Run(compute));
}
