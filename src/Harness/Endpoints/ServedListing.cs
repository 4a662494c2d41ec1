using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// What a server lists of the model that is asked, held against what it listed at the start: a server that lists it otherwise in the end was
/// exchanged meanwhile, and the answers are of two models under one name.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="model">The model's name.</param>
/// <param name="reported">Its entry of <c>/v1/models</c> at the start.</param>
/// <param name="retries">How often the list is asked for.</param>
internal sealed class ServedListing(OpenAiChatClient client, string model, JsonObject reported, Retries retries)
{
    /// <summary>The entry of a model, whatever else is listed and in which order; <c>null</c> if it is not listed.</summary>
    /// <param name="address">The server, for the message.</param>
    /// <param name="models">The list.</param>
    /// <param name="model">The model's name.</param>
    /// <exception cref="UserErrorException">It is listed several times, each time otherwise (exit code 69).</exception>
    public static JsonObject? Entry(string address, IReadOnlyList<JsonObject> models, string model)
    {
        List<JsonObject> named = [.. models.Where(entry => (string?)entry["id"] == model)];
        if (named.FirstOrDefault(other => !JsonNode.DeepEquals(other, named[0])) is { } different)
            throw new UserErrorException($"The endpoint {address} lists the model '{ErrorWords.OneLine(model)}' twice and differently: {Words(named[0])} and {Words(different)}. Which of them answers is not known; serve each under a name of its own.", GateExitCode.MissingEngine);
        return named.FirstOrDefault();
    }

    /// <summary>Checks that the server still lists the model as it did. One that gives no list any more has shown nothing.</summary>
    /// <exception cref="UserErrorException">It does not (exit code 69).</exception>
    public async Task RequireSameAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonObject> models;
        try
        {
            models = await retries.RunAsync(client.ListModelsAsync, new RandomStream(0, "back-off/models again"), _ => { }, cancellationToken);
        }
        catch (EndpointException)
        {
            return;
        }

        var now = Entry(client.DisplayAddress, models, model);
        if (now is not null && JsonNode.DeepEquals(now, reported)) return;
        throw new UserErrorException($"The endpoint {client.DisplayAddress} was exchanged in the middle of the evaluation: of the model '{ErrorWords.OneLine(model)}' /v1/models listed {Words(reported)} at the start, and {(now is null ? "does not list it any more" : Words(now) + " now")}. Its answers are of two models under one name; evaluate again once it is settled.", GateExitCode.MissingEngine);
    }

    private static string Words(JsonObject entry) => ErrorWords.OneLine(entry.ToJsonString());
}
