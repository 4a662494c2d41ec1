using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>A server whose list of models is another one at the end of an evaluation than at its start.</summary>
public sealed class ServedListingSpecs
{
    private const string Entry = """{"id":"m","root":"weights-1","owned_by":"us"}""", Other = """{"id":"n","root":"other"}""";
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 4, Temperature = 0, Seed = 0 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"id":"m","root":"weights-2","owned_by":"us"}""", """and {"id":"m","root":"weights-2","owned_by":"us"} now.""")]
    [InlineData(Other, "and does not list it any more.")]
    [InlineData("", "and does not list it any more.")]
    [InlineData(Entry + """,{"id":"m","root":"weights-2","owned_by":"us"}""", "lists the model 'm' twice and differently")]
    public async Task A_model_that_is_listed_otherwise_in_the_end_was_exchanged(string listed, string says)
    {
        foreach (var isPool in new[] { false, true })
        {
            var error = await Assert.ThrowsAsync<UserErrorException>(() => AskAsync(Entry, listed, isPool));
            Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
            Assert.Contains(says, error.Message, StringComparison.Ordinal);
            if (says.StartsWith("and", StringComparison.Ordinal)) Assert.Contains("""was exchanged in the middle of the evaluation: of the model 'm' /v1/models listed {"id":"m","root":"weights-1","owned_by":"us"} at the start""", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
    }

    [Theory]
    [InlineData(Entry + "," + Other)] // another model appeared
    [InlineData(Other + "," + Entry)] // in another order
    [InlineData("""{"owned_by":"us","root":"weights-1","id":"m","created":7}""")] // the same, written otherwise
    [InlineData(Entry + "," + Entry)]
    [InlineData(null)] // it lists nothing any more: what it answered is there
    public async Task What_else_a_server_lists_says_nothing_of_the_model(string? listed)
    {
        foreach (var isPool in new[] { false, true })
            Assert.All(await AskAsync(Entry, listed, isPool), response => Assert.Equal(FinishReason.Stop, response.FinishReason));
    }

    [Fact]
    public async Task A_model_that_is_listed_twice_and_differently_is_refused_at_the_start()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => AskAsync(Entry + "," + Entry.Replace("-1", "-2", StringComparison.Ordinal), Entry, isPool: false));
        Assert.Contains("Which of them answers is not known", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
    }

    private static async Task<IReadOnlyList<Response>> AskAsync(string first, string? later, bool isPool)
    {
        var hasAnswered = false;
        await using var server = new RudeServer(request =>
        {
            if (!request.Path.EndsWith("/models", StringComparison.Ordinal))
            {
                hasAnswered = true;
                return RudeServer.Reply.Chat("well");
            }

            return (hasAnswered ? later : first) is { } listed ? RudeServer.Reply.Of(200, $$"""{"data":[{{listed}}]}""") : RudeServer.Reply.Of(404, "");
        });
        var client = new OpenAiClientOptions { Address = server.Address };
        var (stated, options) = (new EndpointIdentity { ServedModel = "m" }, new EndpointOptions { Concurrency = 1, Retries = 0 });
        Prompt[] prompts = [Prompt.User("a", "why?"), Prompt.User("b", "how?")];
        if (isPool)
        {
            using var pool = await EndpointPool.ConnectAsync([client], stated, options, TimeProvider.System, Cancellation);
            return await pool.GenerateAsync(prompts, Greedy, Cancellation);
        }

        using var model = await OpenAiEndpoint.ConnectAsync(client, stated, options, TimeProvider.System, Cancellation);
        return await model.GenerateAsync(prompts, Greedy, Cancellation);
    }
}
