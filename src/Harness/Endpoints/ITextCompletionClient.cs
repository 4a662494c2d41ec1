using Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Capability of a chat client that can also continue plain text without a chat template. Found by
/// <see cref="IChatClient.GetService(Type, object)"/>.
/// </summary>
public interface ITextCompletionClient
{
    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The text, verbatim.</param>
    /// <param name="options">Model and way of sampling.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The continuation, without the prompt.</returns>
    /// <exception cref="EndpointException">There is no usable answer.</exception>
    Task<ChatResponse> CompleteAsync(string prompt, ChatOptions? options, CancellationToken cancellationToken);
}
