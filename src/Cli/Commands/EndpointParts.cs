using System.CommandLine;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of a command that can use an endpoint.</summary>
internal sealed class EndpointParts
{
    private const double LongestTimeout = 86_400;
    private readonly Option<string[]> _endpoint = new("--endpoint")
    {
        Description = "In place of --model: the URL of a server; repeated, several servers of one model, which share the prompts.",
        HelpName = "URL"
    };
    private readonly Option<string?> _servedModel = new("--served-model")
    {
        Description = "With a URL: the model's name as the server lists it; may be left out when it has one.",
        HelpName = "NAME"
    };
    private readonly Option<string?> _revision = new("--revision")
    {
        Description = "With a URL: what fixes the weights served, such as a commit; without it no result is ever called identical.",
        HelpName = "TEXT"
    };
    private readonly Option<string?> _apiKeyVariable = new("--api-key-variable")
    {
        Description = "With a URL: the environment variable that holds the API key.",
        HelpName = "NAME"
    };
    private readonly Option<int?> _concurrency = new("--concurrency")
    {
        Description = "With a URL: requests under way at the same time; 8 by default.",
        HelpName = "N"
    };

    private readonly Option<double?> _timeout = new("--timeout")
    {
        Description = "With a URL: seconds one request may take, from the connection to the last byte; 120 by default.",
        HelpName = "SECONDS"
    };
    private readonly Option<string[]> _answersAs = new("--answers-as")
    {
        Description = "With a URL: another name the server may give as the model of its answers; may be repeated.",
        HelpName = "NAME"
    };
    private readonly Option<bool> _anyFingerprint = new("--any-fingerprint")
    {
        Description = "With a URL: take answers under changing system_fingerprint, of a service that has several systems for one model."
    };
    private readonly Option<string?> _apiVersion = new("--api-version")
    {
        Description = "With a URL: value of the query parameter api-version, for services that require one.",
        HelpName = "TEXT"
    };
    private readonly Option<string?> _maxTokensField = new("--max-tokens-field")
    {
        Description = "With a URL: the field that limits the new tokens, max_tokens (default) or max_completion_tokens.",
        HelpName = "NAME"
    };

    public IReadOnlyList<Option> Options =>
        [_endpoint, _servedModel, _revision, _apiKeyVariable, _concurrency, _timeout, _answersAs, _anyFingerprint, _apiVersion, _maxTokensField];

    public static Uri? AddressIn(string model) =>
        Uri.TryCreate(model, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    /// <summary>The servers of <c>--endpoint</c>; none if it was not given.</summary>
    /// <exception cref="UserErrorException">One is no URL.</exception>
    public IReadOnlyList<Uri> Addresses(ParseResult parsed)
    {
        string[] given = parsed.GetValue(_endpoint) ?? [];
        if (given.GroupBy(one => one.TrimEnd('/'), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice) throw new UserErrorException($"--endpoint names '{twice.Key}' twice; give each server once.", GateExitCode.Usage);
        return [.. given.Select(one => AddressIn(one) ?? throw new UserErrorException($"--endpoint is '{one}'; it must be the URL of a server, such as http://localhost:8000.", GateExitCode.Usage))];
    }

    public void RequireNone(ParseResult parsed)
    {
        foreach (var option in Options)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UserErrorException($"{option.Name} is for a server; --model is not a URL.", GateExitCode.Usage);
    }

    public async Task<ILanguageModel> OpenAsync(ParseResult parsed, IReadOnlyList<Uri> addresses, ChatSettings chat, CancellationToken cancellationToken)
    {
        var options = new EndpointOptions();
        if (parsed.GetValue(_concurrency) is { } concurrency) options = options with { Concurrency = concurrency };
        if (parsed.GetValue(_timeout) is { } seconds)
            options = options with
            {
                RequestTimeout = seconds is > 0 and <= LongestTimeout
                    ? TimeSpan.FromSeconds(seconds)
                    : throw new UserErrorException(Invariant($"--timeout is {seconds}; it must be a number of seconds above 0 and {LongestTimeout} at most."), GateExitCode.Usage),
            };
        List<OpenAiClientOptions> clients = [.. addresses.Select(address => Client(parsed, address))];
        var stated = new EndpointIdentity
        {
            ServedModel = parsed.GetValue(_servedModel) ?? "",
            Revision = parsed.GetValue(_revision),
            AnswersAs = parsed.GetValue(_answersAs) ?? [],
            AnyFingerprint = parsed.GetValue(_anyFingerprint),
            Chat = chat,
        };
        return await OptionNames.InErrorsAsync<ILanguageModel>(async () => clients is [var only]
            ? await OpenAiEndpoint.ConnectAsync(only, stated, options, TimeProvider.System, cancellationToken)
            : await EndpointPool.ConnectAsync(clients, stated, options, TimeProvider.System, cancellationToken), Options, (nameof(EndpointOptions.RequestTimeout), _timeout));
    }

    private OpenAiClientOptions Client(ParseResult parsed, Uri address)
    {
        var client = new OpenAiClientOptions
        {
            Address = address,
            ApiKeyVariable = parsed.GetValue(_apiKeyVariable),
            ApiVersion = parsed.GetValue(_apiVersion),
        };
        return parsed.GetValue(_maxTokensField) is { } field ? client with { MaxTokensField = field } : client;
    }
}
