using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>Opens a model of an OpenAI-compatible server: vLLM, SGLang, llama.cpp and others.</summary>
public static class OpenAiEndpoint
{
    private const int ModelsShown = 20;
    private const int ListingRetries = 3;
    private static readonly TimeSpan LongestListing = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Lists the server's models and opens one of them. A named model is opened without the list where the server has none (404, 405, 501).
    /// </summary>
    /// <param name="client">Where the server is.</param>
    /// <param name="stated">The caller's description of the model. With an empty <see cref="EndpointIdentity.ServedModel"/>, the one model
    /// the
    /// server has.</param>
    /// <param name="options">Concurrency, time-outs and retries.</param>
    /// <param name="time">The clock of time-outs and back-off.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The model; its identity includes the server's description. The caller disposes it.</returns>
    /// <exception cref="UserErrorException">The options are invalid or the API key's variable is not set (exit code 64); the server
    /// cannot be reached, refuses, or does not have the model (exit code 69).</exception>
    public static async Task<ChatClientLanguageModel> ConnectAsync(
        OpenAiClientOptions client, EndpointIdentity stated, EndpointOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var (chat, found, listing) = await OpenAsync(client, stated, options, time, cancellationToken);
        try
        {
            return new ChatClientLanguageModel(chat, found, options, time) { Listing = listing };
        }
        catch
        {
            chat.Dispose();
            throw;
        }
    }

    /// <summary>Opens one model of a server as a chat client that tries again and ends the work where it has no answer.</summary>
    /// <param name="client">Where the server is.</param>
    /// <param name="servedModel">The model's name; empty for the one model the server has.</param>
    /// <param name="options">Time-outs and retries.</param>
    /// <param name="time">The clock of time-outs and back-off.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The client and the model's name. The caller disposes it.</returns>
    /// <exception cref="UserErrorException">As for <see cref="ConnectAsync"/>.</exception>
    public static async Task<(RetryingChatClient Client, string ServedModel)> ConnectChatAsync(
        OpenAiClientOptions client, string servedModel, EndpointOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var (chat, found, _) = await OpenAsync(client, new EndpointIdentity { ServedModel = servedModel }, options, time, cancellationToken);
        return (new RetryingChatClient(chat, found.ServedModel, options, time), found.ServedModel);
    }

    private static async Task<(OpenAiChatClient Client, EndpointIdentity Found, ServedListing? Listing)> OpenAsync(
        OpenAiClientOptions client, EndpointIdentity stated, EndpointOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (string.Join(" ", options.Problems()) is { Length: > 0 } problems)
            throw new UserErrorException($"The endpoint: {problems}", GateExitCode.Usage);
        var chat = new OpenAiChatClient(client);
        try
        {
            var listing = options with
            {
                RequestTimeout = options.RequestTimeout < LongestListing ? options.RequestTimeout : LongestListing,
                Retries = Math.Min(options.Retries, ListingRetries),
            };
            var retries = new Retries(listing, time);
            IReadOnlyList<JsonObject> models;
            try
            {
                models = await retries.RunAsync(chat.ListModelsAsync, new RandomStream(0, "back-off/models"), _ => { }, cancellationToken);
            }
            catch (EndpointException e) when (stated.ServedModel.Length > 0 && (int?)e.Status is 404 or 405 or 501)
            {
                // A server without such a list; its answers are checked to name the model.
                return (chat, stated, null);
            }

            var served = Find(chat.DisplayAddress, models, stated.ServedModel);
            chat.Server = ServerDefaults.ServerOf(served.Reported);
            return (chat, stated with { ServedModel = served.Id, Reported = served.Reported }, new ServedListing(chat, served.Id, served.Reported, retries));
        }
        catch (EndpointException e)
        {
            chat.Dispose();
            throw e.IsRefusal ? Refused(e, stated.ServedModel) : new UserErrorException($"The endpoint {chat.DisplayAddress} cannot be used: {e.Message}. Check that the server runs and the address is right.", e, GateExitCode.MissingEngine);
        }
        catch
        {
            chat.Dispose();
            throw;
        }
    }

    /// <summary>The message for a server that knows neither this URL, model or key.</summary>
    internal static UserErrorException Refused(EndpointException refusal, string servedModel) => new(
        $"The endpoint refuses requests{(servedModel.Length > 0 ? $" for model '{servedModel}'" : "")}: {refusal.Message}. "
        + ((int?)refusal.Status == 404 ? "Check the address and the model's name; name it with --served-model where the server has no /v1/models." : "Check the API key in the environment variable that is named for it."),
        refusal, GateExitCode.MissingEngine);

    private static (string Id, JsonObject Reported) Find(string address, IReadOnlyList<JsonObject> models, string wanted)
    {
        if (wanted.Length > 0 && ServedListing.Entry(address, models, wanted) is { } entry) return (wanted, entry);
        var byId = models.Select(m => (Id: (string?)m["id"] ?? "", Reported: m)).Where(m => m.Id.Length > 0).ToList();
        if (wanted.Length == 0 && byId.Count == 1) return byId[0];
        var names = string.Join(", ", byId.Take(ModelsShown).Select(m => $"'{ErrorWords.OneLine(m.Id)}'")) + (byId.Count > ModelsShown ? Invariant($" and {byId.Count - ModelsShown} more") : "");
        throw new UserErrorException(
            (wanted.Length > 0 ? $"The endpoint {address} does not serve the model '{wanted}'" : Invariant($"The endpoint {address} serves {byId.Count} models and none was named"))
            + (byId.Count > 0 ? $". It serves {names}; name one of these." : "; it lists no model at all."),
            GateExitCode.MissingEngine);
    }
}
