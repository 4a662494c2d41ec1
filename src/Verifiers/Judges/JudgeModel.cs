namespace SafetyGate.Verifiers.Judges;

/// <summary>One model of a judge file.</summary>
public sealed record JudgeModel
{
    /// <summary>A model directory, relative to the judge file, or the URL of an OpenAI-compatible server.</summary>
    public required string Model { get; init; }

    /// <summary>With a URL: the model's name as the server lists it; may be left out when it has one.</summary>
    public string? ServedModel { get; init; }

    /// <summary>With a URL: what fixes the weights served, such as a commit. Needed: results are compared only under the same judge.</summary>
    public string? Revision { get; init; }

    /// <summary>With a URL: the environment variable that holds the API key.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>With a URL: value of the query parameter <c>api-version</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>With a URL: the field that limits the new tokens.</summary>
    public string? MaxTokensField { get; init; }

    /// <summary>With a URL: other names the server may give as the model of its answers.</summary>
    public IReadOnlyList<string> AnswersAs { get; init; } = [];

    /// <summary>With a URL: requests under way at the same time.</summary>
    public int? Concurrency { get; init; }

    /// <summary>With a URL: seconds one request may take.</summary>
    public double? Timeout { get; init; }

    /// <summary>The address, if <see cref="Model"/> is a URL.</summary>
    internal Uri? Address => Uri.TryCreate(Model, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Model)) yield return "a judge has an empty model; give a directory or a URL.";
        if (Model.Contains('\0', StringComparison.Ordinal)) yield return "the model of a judge holds a null character, which no path has.";
        if (Address is null && (ServedModel ?? Revision ?? ApiKeyVariable ?? ApiVersion ?? MaxTokensField) is not null)
            yield return $"the judge '{Model}' is no URL; served_model, revision, api_key_variable, api_version and max_tokens_field are for servers.";
        if (Timeout is { } seconds && !(seconds is > 0 and <= 86_400)) yield return Invariant($"the timeout of '{Model}' is {seconds}; it must be above 0 and 86400 at most.");
    }
}
