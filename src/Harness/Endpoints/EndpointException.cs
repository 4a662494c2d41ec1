using System.Net;
using System.Net.Http.Headers;

namespace SafetyGate.Harness.Endpoints;

/// <summary>An endpoint gave no usable answer. The message has URL and reason, never a key.</summary>
public sealed class EndpointException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    public EndpointException(string message, bool isTransient, Exception? innerException = null) : base(message, innerException) =>
        IsTransient = isTransient;

    /// <summary>
    /// True when the same request may well be answered a little later: 429, 5xx, a lost connection, half an answer, a time-out.
    /// </summary>
    public bool IsTransient { get; }

    /// <summary>The HTTP status; <c>null</c> when there was none, or when the status was fine and the content was not.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Earliest time for a retry that the server gave (RFC 9110, 10.2.3); <c>null</c> if it gave none.</summary>
    public RetryConditionHeaderValue? RetryAfter { get; init; }

    /// <summary>True when nothing, or not the whole answer, came within a limit on time.</summary>
    public bool IsTimeout { get; init; }

    /// <summary>True when the server does not know the URL, the model or the key, so that no other request will fare better.</summary>
    public bool IsRefusal => Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound;

    /// <summary>True for statuses after which the same request may be answered: 408, 425, 429 and 500 or more.</summary>
    internal static bool IsTransientStatus(HttpStatusCode status) => (int)status is 408 or 425 or 429 or >= 500;
}
