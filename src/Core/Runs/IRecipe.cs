using System.Text.Json.Nodes;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Runs;

/// <summary>A training run that has not happened yet: everything that decides its weights, and how to carry it out.</summary>
public interface IRecipe
{
    /// <summary>Name for people and file names, such as <c>pocket-sft-own-style</c>; takes no part in the key.</summary>
    string Name { get; }

    /// <summary>The only source of randomness of the run.</summary>
    ulong Seed { get; }

    /// <summary>
    /// Everything that decides the weights, as JSON: kind, options, seed, and the digests of data, base weights, tokenizer and
    /// chat template. Two recipes with equal descriptions and environments give the same weights.
    /// </summary>
    JsonObject Describe();

    /// <summary>The compute environment the run would use now.</summary>
    RunEnvironment Environment();

    /// <summary>
    /// Trains, or resumes from the state an interrupted attempt left in the directory, and leaves <c>checkpoint/</c> (Hugging Face
    /// layout) and <c>metrics.jsonl</c> in it. A resumed run gives the same weights as an undisturbed one.
    /// </summary>
    /// <param name="directory">Working directory of this run; it survives a killed process.</param>
    /// <param name="progress">Where to report.</param>
    /// <param name="cancellationToken">Checked once a step; cancellation leaves a state to resume from.</param>
    /// <exception cref="TrainingFailedException">The run cannot continue: a NaN loss, a failing command.</exception>
    Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken);

    /// <summary>Loads the model a finished run left.</summary>
    /// <param name="checkpointDirectory">The <c>checkpoint/</c> folder of the run.</param>
    ILanguageModel Open(string checkpointDirectory);

    /// <summary>Which model a finished run left.</summary>
    /// <param name="checkpointDirectory">The <c>checkpoint/</c> folder of the run.</param>
    ModelIdentity Identify(string checkpointDirectory)
    {
        var model = Open(checkpointDirectory);
        var identity = model.Identity;
        (model as IDisposable)?.Dispose();
        return identity;
    }

    /// <summary>Loads the untuned model the run starts from: the reference of every comparison.</summary>
    ILanguageModel OpenReference();

    /// <summary>
    /// Folder of the untuned model in Hugging Face layout, so that a run whose weights are still those of its reference is noticed under
    /// other names and number types; <c>null</c> if it lies in no folder, and then only digests are compared.
    /// </summary>
    string? ReferenceDirectory => null;
}
