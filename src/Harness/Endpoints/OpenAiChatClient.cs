using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// A small client for OpenAI-compatible servers over HTTP: <c>/v1/chat/completions</c> for conversations, <c>/v1/completions</c> for
/// plain text, <c>/v1/models</c>. One try a call; redirects are not followed and answers beyond the limit are not read.
/// </summary>
/// <remarks>The API key, and whatever a server sends of it, is in no message, result or stored response.</remarks>
public sealed class OpenAiChatClient : IChatClient, ITextCompletionClient
{
    private readonly OpenAiTransport _transport;
    private readonly string _maxTokensField;

    /// <summary>A client of a server.</summary>
    /// <exception cref="UserErrorException">The options are invalid, or the API key's variable is not set. Exit code 64.</exception>
    public OpenAiChatClient(OpenAiClientOptions options) => (_transport, _maxTokensField) = (new(options), options.MaxTokensField);

    /// <summary>The server's address without <c>/v1</c>; it has no credentials.</summary>
    public string DisplayAddress => _transport.DisplayAddress;

    /// <summary>Which server it is, of those whose defaults are known (<see cref="ServerDefaults.ServerOf"/>).</summary>
    internal string? Server { get; set; }

    /// <inheritdoc/>
    /// <exception cref="EndpointException">There is no usable answer.</exception>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<Ai.ChatMessage> messages, ChatOptions? options = null,
        CancellationToken cancellationToken = default) =>
        _transport.AskAsync(HttpMethod.Post, "/v1/chat/completions", CompletionRequest.Chat(messages, ServerDefaults.Closed(Server, options), _maxTokensField),
            root => CompletionReader.Completion(root, isChat: true), cancellationToken);

    /// <inheritdoc/>
    public Task<ChatResponse> CompleteAsync(string prompt, ChatOptions? options, CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Post, "/v1/completions", CompletionRequest.Text(prompt, ServerDefaults.Closed(Server, options)), root => CompletionReader.Completion(root, isChat: false), cancellationToken);

    /// <inheritdoc/>
    /// <remarks>The whole answer is waited for and then given out.</remarks>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Ai.ChatMessage> messages, ChatOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates()) yield return update;
    }

    /// <summary>
    /// The server's models: their entries in <c>/v1/models</c>, reduced to the fields that stay the same from call to call.
    /// </summary>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="EndpointException">There is no usable answer.</exception>
    public Task<IReadOnlyList<JsonObject>> ListModelsAsync(CancellationToken cancellationToken) =>
        _transport.AskAsync(HttpMethod.Get, "/v1/models", null, CompletionReader.Models, cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("openai-compatible", new Uri(DisplayAddress))
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();
}
