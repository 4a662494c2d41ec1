namespace SafetyGate.Core.Language;

/// <summary>A model that answers. A local decoder is one, an OpenAI-compatible endpoint another.</summary>
public interface ILanguageModel
{
    /// <summary>Which model this is, by the digest of its weights.</summary>
    ModelIdentity Identity { get; }

    /// <summary>Answers prompts in whatever batches suit the model.</summary>
    /// <param name="prompts">The prompts; ids are unique.</param>
    /// <param name="sampling">How to draw.</param>
    /// <param name="cancellationToken">Ends the work between steps; cancellation is thrown, never turned into a response.</param>
    /// <returns>One response for each prompt and sample, in the order of the prompts, samples of a prompt together.
    /// A prompt that could not be answered gives a response with <see cref="FinishReason.Error"/>.</returns>
    /// <exception cref="ArgumentException">The options are invalid or two prompts share an id.</exception>
    Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken);
}
