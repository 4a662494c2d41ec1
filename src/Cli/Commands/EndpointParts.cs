using System.CommandLine;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Cli.Commands;

/// <summary>The options of a command that can use an endpoint.</summary>
internal sealed class EndpointParts
{
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

    public IReadOnlyList<Option> Options => [_servedModel, _revision, _apiKeyVariable, _concurrency];

    public static Uri? AddressIn(string model) =>
        Uri.TryCreate(model, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    public void RequireNone(ParseResult parsed)
    {
        foreach (var option in Options)
            if (parsed.GetResult(option) is not null)
                throw new UserErrorException($"{option.Name} is for a server; --model is not a URL.", GateExitCode.Usage);
    }

    public async Task<ILanguageModel> OpenAsync(ParseResult parsed, Uri address, CancellationToken cancellationToken)
    {
        var options = new EndpointOptions();
        if (parsed.GetValue(_concurrency) is { } concurrency) options = options with { Concurrency = concurrency };
        return await OpenAiEndpoint.ConnectAsync(
            new OpenAiClientOptions { Address = address, ApiKeyVariable = parsed.GetValue(_apiKeyVariable) },
            new EndpointIdentity { ServedModel = parsed.GetValue(_servedModel) ?? "", Revision = parsed.GetValue(_revision) },
            options, TimeProvider.System, cancellationToken);
    }
}
