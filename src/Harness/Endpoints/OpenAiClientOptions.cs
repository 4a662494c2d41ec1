namespace SafetyGate.Harness.Endpoints;

/// <summary>Where an OpenAI-compatible server is and how it is spoken to.</summary>
public sealed record OpenAiClientOptions
{
    /// <summary>The server, with or without <c>/v1</c>: <c>http://localhost:8000</c>. No credentials, query or fragment.</summary>
    public required Uri Address { get; init; }

    /// <summary>
    /// Name of the environment variable that holds the API key; <c>null</c> for a server that wants none. The key itself is in no option,
    /// message, log or digest.
    /// </summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>
    /// Value of the query parameter <c>api-version</c>, which some services require; <c>null</c> sends none. Letters, digits, <c>-</c>,
    /// <c>.</c> and <c>_</c>.
    /// </summary>
    public string? ApiVersion { get; init; }

    /// <summary>
    /// Field of a request that limits the new tokens: <c>max_tokens</c> (default) or <c>max_completion_tokens</c>, which newer models of
    /// some services require.
    /// </summary>
    public string MaxTokensField { get; init; } = "max_tokens";

    /// <summary>Longest answer that is read, in bytes. Default 16 MiB.</summary>
    public int MaxResponseBytes { get; init; } = 16 << 20;

    /// <summary>Validation errors, one sentence each, without credentials; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (!Address.IsAbsoluteUri || Address.Scheme is not ("http" or "https"))
            yield return $"{nameof(Address)} is no absolute http or https URL.";
        else
        {
            if (Address.UserInfo.Length > 0) yield return $"The URL of {Address.Host} carries credentials; put the key in an environment variable and name the variable.";
            if (Address.Query.Length > 0 || Address.Fragment.Length > 0) yield return $"The URL of {Address.Host} has a query or a fragment; give the server's address alone, such as http://localhost:8000.";
        }

        if (ApiKeyVariable is not null && string.IsNullOrWhiteSpace(ApiKeyVariable))
            yield return $"{nameof(ApiKeyVariable)} is empty; name a variable or leave it out.";
        if (ApiVersion is not null && (ApiVersion.Length is 0 or > 64 || !ApiVersion.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_')))
            yield return $"{nameof(ApiVersion)} is not made of 1 to 64 letters, digits, '-', '.' and '_'; give it as the service's pages do, such as 2024-10-21.";
        if (MaxTokensField is not ("max_tokens" or "max_completion_tokens"))
            yield return $"{nameof(MaxTokensField)} is '{MaxTokensField}'; it must be max_tokens or max_completion_tokens.";
        if (MaxResponseBytes < 1024) yield return Invariant($"{nameof(MaxResponseBytes)} is {MaxResponseBytes}; it must be 1024 or more.");
    }
}
