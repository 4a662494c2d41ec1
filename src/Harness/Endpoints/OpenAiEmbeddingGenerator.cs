using Microsoft.Extensions.AI;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>Embeddings of an OpenAI-compatible server, <c>/v1/embeddings</c>. What may pass is tried again.</summary>
/// <param name="client">Where the server is.</param>
/// <param name="servedModel">The model's name as the server lists it.</param>
/// <param name="options">Time-outs and retries.</param>
/// <param name="time">The clock of time-outs and back-off.</param>
/// <exception cref="UserErrorException">The options are invalid, or the API key's variable is not set. Exit code 64.</exception>
public sealed class OpenAiEmbeddingGenerator(OpenAiClientOptions client, string servedModel, EndpointOptions options, TimeProvider time)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly OpenAiTransport _transport = new(client);
    private readonly Retries _retries = new(options, time);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The server gives no usable answer. Exit code 69.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        var body = CompletionRequest.Embeddings(servedModel, texts);
        try
        {
            var vectors = await _retries.RunAsync(token => _transport.AskAsync(HttpMethod.Post, "/v1/embeddings", body, root => CompletionReader.Embeddings(root, texts.Length), token),
                new RandomStream(0, "back-off/embeddings"), _ => { }, cancellationToken);
            return [.. vectors.Select(vector => new Embedding<float>(vector))];
        }
        catch (EndpointException e)
        {
            throw new UserErrorException($"The embedding model '{servedModel}' cannot be used: {e.Message}. Check the address, the model's name and that the server embeds.", e, GateExitCode.MissingEngine);
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();
}
