using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// The fingerprint by which a service names the system that answered (<c>system_fingerprint</c>: weights, engine and their settings). One that
/// changes in the middle of an evaluation means that its responses are of two systems, whatever name the model has. Used by several threads.
/// </summary>
/// <param name="mayChange">True if answers under any are taken.</param>
public sealed class SystemFingerprints(bool mayChange)
{
    /// <summary>The property of an answer that holds it, as Microsoft.Extensions.AI's client of OpenAI calls it.</summary>
    public const string Property = "SystemFingerprint";

    private const string Field = "(system_fingerprint)";
    private string? _first;

    /// <summary>True if a response is the error of an answer of another system.</summary>
    /// <param name="response">The response.</param>
    public static bool IsOfAnother(Response response) => response.FinishReason == FinishReason.Error && response.Error?.Contains(Field, StringComparison.Ordinal) == true;

    /// <summary>Why an answer is of another system than the first one; <c>null</c> if it is not, or states none.</summary>
    /// <param name="answer">The answer.</param>
    public string? Other(ChatResponse? answer)
    {
        if (mayChange || answer?.AdditionalProperties?.GetValueOrDefault(Property)?.ToString() is not { Length: > 0 } stated) return null;
        var first = Interlocked.CompareExchange(ref _first, stated, null) ?? stated;
        return first == stated ? null
            : $"the endpoint answered as the system '{ErrorWords.OneLine(stated)}' {Field}, and as '{ErrorWords.OneLine(first)}' before: what is served was exchanged in the middle of the evaluation; evaluate again once it is settled. Where a service has several systems for one model, say so: {nameof(EndpointIdentity.AnyFingerprint)} (--any-fingerprint)";
    }
}
