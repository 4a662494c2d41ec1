using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Endpoints;

/// <summary>A model behind a server, as a spec names it: connected to when a fixture starts.</summary>
public sealed class ServedEndpoint
{
    private readonly Func<CancellationToken, Task<ILanguageModel>> _open;

    private ServedEndpoint(string place, Func<CancellationToken, Task<ILanguageModel>> open) => (Place, _open) = (place, open);

    /// <summary>Where it is, for messages: the address as it was given.</summary>
    public string Place { get; }

    /// <summary>A model of a server that speaks the OpenAI protocol.</summary>
    /// <param name="address">The server, such as <c>http://localhost:8000</c>.</param>
    /// <param name="model">The name in <c>/v1/models</c>; empty for the one model the server has.</param>
    /// <param name="revision">What fixes the weights, such as a commit; <c>null</c> if unknown: results are then never called identical and
    /// responses are asked for anew by each test run.</param>
    /// <param name="apiKeyVariable">The environment variable that holds the API key; <c>null</c> for a server that wants none.</param>
    /// <param name="options">Concurrency, time-outs and retries.</param>
    public static ServedEndpoint At(string address, string model = "", string? revision = null, string? apiKeyVariable = null, EndpointOptions? options = null) =>
        new(address, token => ConnectAsync(new OpenAiClientOptions { Address = AddressIn(address), ApiKeyVariable = apiKeyVariable },
            new EndpointIdentity { ServedModel = model, Revision = revision }, options, TimeProvider.System, token));

    /// <summary>A model of a server whose address is in an environment variable, so that a pipeline names the candidate.</summary>
    /// <param name="variable">The variable.</param>
    /// <param name="model">As for <see cref="At(string, string, string?, string?, EndpointOptions?)"/>.</param>
    /// <param name="revision">As for <see cref="At(string, string, string?, string?, EndpointOptions?)"/>.</param>
    /// <param name="apiKeyVariable">As for <see cref="At(string, string, string?, string?, EndpointOptions?)"/>.</param>
    /// <param name="options">As for <see cref="At(string, string, string?, string?, EndpointOptions?)"/>.</param>
    public static ServedEndpoint FromVariable(string variable, string model = "", string? revision = null, string? apiKeyVariable = null, EndpointOptions? options = null) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } address
            ? At(address, model, revision, apiKeyVariable, options)
            : new($"${variable}", _ => throw new UserErrorException($"The environment variable {variable} is not set; it holds the address of the server that is to be gated, such as http://localhost:8000."));

    /// <summary>A model of a server, with everything that can be said of it.</summary>
    /// <param name="client">Where the server is and how it is spoken to.</param>
    /// <param name="identity">Which model answers.</param>
    /// <param name="options">Concurrency, time-outs and retries.</param>
    /// <param name="time">The clock of time-outs and back-off; the system's if omitted.</param>
    public static ServedEndpoint At(OpenAiClientOptions client, EndpointIdentity identity, EndpointOptions? options = null, TimeProvider? time = null) =>
        new(client.Address.OriginalString, token => ConnectAsync(client, identity, options, time ?? TimeProvider.System, token));

    /// <summary>Any model, such as a <see cref="ChatClientLanguageModel"/> over a client of another protocol.</summary>
    /// <param name="place">Where it is, for messages.</param>
    /// <param name="open">Opens it; it is disposed with the fixture when it can be.</param>
    public static ServedEndpoint Of(string place, Func<ILanguageModel> open) => new(place, _ => Task.FromResult(open()));

    /// <summary>Connects.</summary>
    /// <exception cref="UserErrorException">The address is no URL or the options are invalid (exit code 64), the server cannot be reached,
    /// refuses, or does not have the model (exit code 69).</exception>
    internal Task<ILanguageModel> OpenAsync(CancellationToken cancellationToken) => _open(cancellationToken);

    private static async Task<ILanguageModel> ConnectAsync(OpenAiClientOptions client, EndpointIdentity identity, EndpointOptions? options,
        TimeProvider time, CancellationToken cancellationToken) =>
        await OpenAiEndpoint.ConnectAsync(client, identity, options ?? new EndpointOptions(), time, cancellationToken);

    private static Uri AddressIn(string address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : throw new UserErrorException($"'{address}' is no absolute http or https URL; give the server's address, such as http://localhost:8000.", GateExitCode.Usage);
}
