using SafetyGate.Core.Language;

namespace SafetyGate.Core.Runs;

/// <summary>Measures KL(policy‖reference) on prompts: draws responses from the policy and reads both policies at every position.</summary>
public interface IKlMeter : IDisposable
{
    /// <summary>
    /// One sample per response, in the order of the prompts. The responses are those the policy gives to the same prompts, options and
    /// seed.
    /// </summary>
    /// <param name="prompts">The prompts; ids are unique.</param>
    /// <param name="sampling">Sampling of both policies; must leave every response possible (<see cref="SamplingSupport"/>).</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">The two have different tokens, or a prompt leaves no room for a response.</exception>
    Task<IReadOnlyList<KlSample>> MeasureAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken);
}
