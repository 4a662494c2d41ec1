using System.CommandLine;
using Microsoft.Extensions.AI;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Cli.Commands;

/// <summary>Options by which a command reaches a chat model or an embedding model of a server for one of its roles.</summary>
/// <param name="role">The role, such as <c>analyst</c>.</param>
/// <param name="embeds">Whether it is an embedding model, which has to be named.</param>
internal sealed class ChatModelParts(string role, bool embeds = false)
{
    private const int LongestTimeout = 86_400;
    private readonly Option<string?> _model = new($"--{role}-model")
    {
        Description = embeds ? "Name of the embedding model as its server lists it; needed with a server." : $"The {role}'s name as its server lists it; may be left out when it has one.",
        HelpName = "NAME"
    };
    private readonly Option<string?> _key = new($"--{role}-key-variable") { Description = $"The environment variable that holds the API key of the server of the {role}.", HelpName = "NAME" };
    private readonly Option<double?> _timeout = new($"--{role}-timeout") { Description = $"Seconds one request to the {role} may take; 120 by default.", HelpName = "SECONDS" };

    public IReadOnlyList<Option> Options => [_model, _key, _timeout];

    /// <summary>Refuses the options where the role is not a server's.</summary>
    public void RequireNone(ParseResult parsed)
    {
        foreach (var option in Options)
            if (parsed.GetResult(option) is not null) throw new UserErrorException($"{option.Name} is for a server; the {role} is none.", GateExitCode.Usage);
    }

    /// <summary>Opens the chat model; the caller disposes it.</summary>
    public Task<(RetryingChatClient Client, string ServedModel)> OpenAsync(ParseResult parsed, string address, CancellationToken cancellationToken) =>
        OpenAiEndpoint.ConnectChatAsync(Client(parsed, address), parsed.GetValue(_model) ?? "", Settings(parsed), TimeProvider.System, cancellationToken);

    /// <summary>Opens the model for prompts with several samples; the caller disposes it.</summary>
    public Task<ChatClientLanguageModel> OpenModelAsync(ParseResult parsed, string address, CancellationToken cancellationToken) =>
        OpenAiEndpoint.ConnectAsync(Client(parsed, address), new EndpointIdentity { ServedModel = parsed.GetValue(_model) ?? "" }, Settings(parsed), TimeProvider.System, cancellationToken);

    /// <summary>Opens the embedding model; the caller disposes it.</summary>
    public (IEmbeddingGenerator<string, Embedding<float>> Generator, string ServedModel) OpenEmbeddings(ParseResult parsed, string address)
    {
        var name = parsed.GetValue(_model) ?? throw new UserErrorException($"--{role} is a server, and --{_model.Name.TrimStart('-')} is missing; name the embedding model as the server lists it.", GateExitCode.Usage);
        return (new OpenAiEmbeddingGenerator(Client(parsed, address), name, Settings(parsed), TimeProvider.System), name);
    }

    private OpenAiClientOptions Client(ParseResult parsed, string address) => new()
    {
        Address = EndpointParts.AddressIn(address) ?? throw new UserErrorException($"--{role} is '{address}'; it must be the URL of a server, such as http://localhost:8000.", GateExitCode.Usage),
        ApiKeyVariable = parsed.GetValue(_key),
    };

    private EndpointOptions Settings(ParseResult parsed) => parsed.GetValue(_timeout) switch
    {
        null => new(),
        > 0 and <= LongestTimeout and var seconds => new() { RequestTimeout = TimeSpan.FromSeconds(seconds) },
        var other => throw new UserErrorException(Invariant($"{_timeout.Name} is {other}; it must be a number of seconds above 0 and {LongestTimeout} at most."), GateExitCode.Usage),
    };
}
