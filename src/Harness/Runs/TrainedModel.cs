using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>A finished run in the store.</summary>
public sealed class TrainedModel
{
    private readonly IRecipe _recipe;

    internal TrainedModel(IRecipe recipe, RunRecord record, string directory, RunOrigin origin, IReadOnlyList<string> warnings) =>
        (_recipe, Record, RunDirectory, Origin, Warnings) = (recipe, record, directory, origin, warnings);

    /// <summary>Record of the run.</summary>
    public RunRecord Record { get; }

    /// <summary>Folder of the run.</summary>
    public string RunDirectory { get; }

    /// <summary>Folder of the trained model.</summary>
    public string CheckpointDirectory => Path.Combine(RunDirectory, RunLayout.Checkpoint);

    /// <summary>The logged metrics, one JSON object a line.</summary>
    public string MetricsFile => Path.Combine(RunDirectory, RunLayout.Metrics);

    /// <summary>Origin of the run.</summary>
    public RunOrigin Origin { get; }

    /// <summary>Problems found in the store, such as a corrupt entry moved aside; usually empty.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Loads the trained model. The caller disposes it when it can be disposed.</summary>
    /// <exception cref="UserErrorException">The checkpoint is not the one that was recorded.</exception>
    public ILanguageModel OpenModel()
    {
        var model = _recipe.Open(CheckpointDirectory);
        if (model.Identity.WeightsDigest == Record.Model.WeightsDigest) return model;
        var found = model.Identity.WeightsDigest;
        (model as IDisposable)?.Dispose();
        throw new UserErrorException(
            $"The checkpoint of run '{Record.Name}' in {CheckpointDirectory} has the weights digest {found}; {Record.Model.WeightsDigest} was recorded. "
            + "It changed after the run was finished: remove the run's folder and run again.");
    }

    /// <summary>Folder of the untuned model; <c>null</c> if the recipe names none.</summary>
    internal string? ReferenceDirectory => _recipe.ReferenceDirectory;

    /// <summary>Loads the untuned model the run started from. The caller disposes it when it can be disposed.</summary>
    public ILanguageModel OpenReference() => _recipe.OpenReference();
}
