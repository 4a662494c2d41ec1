using Microsoft.Extensions.AI;
using SafetyGate.Core.Runs;
using SafetyGate.Verifiers;
using Ai = Microsoft.Extensions.AI;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// A chat client of one model for work that needs every answer: what may pass is tried again, and what cannot be had ends the work with one
/// message. Reasoning is no part of an answer.
/// </summary>
/// <param name="client">The client that sends the requests; disposed with this one.</param>
/// <param name="servedModel">The model's name as the server lists it.</param>
/// <param name="options">Time-outs and retries.</param>
/// <param name="time">The clock of time-outs and back-off.</param>
public sealed class RetryingChatClient(IChatClient client, string servedModel, EndpointOptions options, TimeProvider time) : DelegatingChatClient(client)
{
    private readonly Retries _retries = new(options, time);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">There is no usable answer. Exit code 69.</exception>
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<Ai.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var asked = options?.Clone() ?? new ChatOptions();
        asked.ModelId ??= servedModel;
        List<Ai.ChatMessage> turns = [.. messages];
        try
        {
            var answer = await _retries.RunAsync(token => base.GetResponseAsync(turns, asked, token), new RandomStream(0, "back-off/chat"), _ => { }, cancellationToken);
            return new ChatResponse(new Ai.ChatMessage(ChatRole.Assistant, Spoken.Of(answer.Text)?.Trim() ?? "")) { ModelId = answer.ModelId, FinishReason = answer.FinishReason, Usage = answer.Usage };
        }
        catch (EndpointException e)
        {
            throw new UserErrorException($"The model '{servedModel}' cannot be used: {e.Message}. Check that the server runs, the address and the model's name.", e, GateExitCode.MissingEngine);
        }
    }
}
