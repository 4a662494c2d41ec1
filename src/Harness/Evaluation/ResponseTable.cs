using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// Responses by item and sample. An unrequested response is an error; a missing or duplicate one becomes an error response.
/// </summary>
internal sealed class ResponseTable
{
    private readonly Dictionary<(string Id, int Sample), Response> _byKey = [];

    public ResponseTable(Benchmark benchmark, IReadOnlyList<Response> responses, int samplesPerPrompt)
    {
        var ids = benchmark.Items.Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var response in responses)
        {
            if (response is null) throw new InvalidOperationException($"Benchmark '{benchmark.Name}': the model returned a null response.");
            if (!ids.Contains(response.PromptId)) throw new InvalidOperationException($"Benchmark '{benchmark.Name}': there is a response to '{response.PromptId}', which is no item of it.");
            if (response.Sample < 0 || response.Sample >= samplesPerPrompt)
                throw new InvalidOperationException(Invariant($"Benchmark '{benchmark.Name}', item '{response.PromptId}': there is a sample {response.Sample}; samples 0 to {samplesPerPrompt - 1} were requested."));
            var key = (response.PromptId, response.Sample);
            if (!_byKey.TryAdd(key, response))
                _byKey[key] = Failed(response.PromptId, response.Sample, "the model gave more than one response for this sample");
        }
    }

    /// <summary>The response to a sample of an item.</summary>
    public Response Of(string id, int sample) =>
        _byKey.TryGetValue((id, sample), out var found) ? found : Failed(id, sample, "the model gave no response");

    private static Response Failed(string id, int sample, string error) =>
        new() { PromptId = id, Sample = sample, Text = "", FinishReason = FinishReason.Error, Error = error };
}
