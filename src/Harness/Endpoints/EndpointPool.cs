using System.Threading.Channels;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Several servers of one model. Each gets as many requests at once as it answers; what a server fails at goes to the others, and one that
/// only fails is given up.
/// </summary>
/// <remarks>
/// Responses do not depend on which server gives them, as far as servers honor seeds: each request has the seed of its prompt and sample.
/// </remarks>
public sealed class EndpointPool : ILanguageModel, IDisposable
{
    private readonly IReadOnlyList<ServerLane> _lanes;
    private readonly EndpointOptions _options;
    private readonly TimeProvider _time;
    private readonly List<string> _notes = [];

    /// <summary>A pool of servers, which are disposed with it.</summary>
    /// <param name="servers">The servers with their names for messages; at least one.</param>
    /// <param name="options">Concurrency of each server, retries and waits.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="UserErrorException">They do not serve the same model in the same way (exit code 64).</exception>
    public EndpointPool(IReadOnlyList<(string Name, ChatClientLanguageModel Server)> servers, EndpointOptions options, TimeProvider time)
    {
        if (servers.Count == 0) throw new ArgumentException("A pool has one server or more.", nameof(servers));
        var (first, identity) = (servers[0].Name, servers[0].Server.Identity);
        if (servers.FirstOrDefault(other => other.Server.Identity != identity) is { Name: { } name, Server: { } different })
            throw new UserErrorException($"{first} and {name} do not serve the same: one is {identity.Name}, the other {different.Identity.Name}, and what they list of the model in /v1/models must be equal too. Start all servers alike, or evaluate them apart.", GateExitCode.Usage);
        foreach (var (_, server) in servers.Skip(1)) server.AnswersWith(servers[0].Server);
        (_lanes, _options, _time, Identity) = ([.. servers.Select(server => new ServerLane(server.Server, server.Name, options, time))], options, time, identity);
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <summary>Servers that were given up, a sentence each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Connects to several servers of one model; those that cannot be reached are left out, if one can.</summary>
    /// <param name="clients">The servers.</param>
    /// <param name="stated">The caller's description of the model.</param>
    /// <param name="options">Concurrency of each server, retries and waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="UserErrorException">No server can be used (exit code 69), or they serve different things (exit code 64).</exception>
    public static async Task<EndpointPool> ConnectAsync(IReadOnlyList<OpenAiClientOptions> clients, EndpointIdentity stated, EndpointOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var connected = await Task.WhenAll(clients.Select(async client =>
        {
            try
            {
                return (client.Address, Server: (ChatClientLanguageModel?)await OpenAiEndpoint.ConnectAsync(client, stated, options, time, cancellationToken), Problem: (UserErrorException?)null);
            }
            catch (UserErrorException e)
            {
                return (client.Address, Server: (ChatClientLanguageModel?)null, Problem: (UserErrorException?)e);
            }
        }));
        var servers = connected.Where(one => one.Server is not null).Select(one => (one.Address.GetLeftPart(UriPartial.Path).TrimEnd('/'), one.Server!)).ToList();
        if (servers.Count == 0 || connected.FirstOrDefault(one => one.Problem?.ExitCode == GateExitCode.Usage).Problem is { })
        {
            foreach (var (_, server) in servers) server.Dispose();
            throw connected.Select(one => one.Problem).OfType<UserErrorException>().OrderBy(problem => problem.ExitCode).First();
        }

        try
        {
            var pool = new EndpointPool(servers, options, time);
            pool._notes.AddRange(connected.Where(one => one.Problem is not null).Select(one => $"left out: {one.Problem!.Message}"));
            return pool;
        }
        catch (UserErrorException)
        {
            foreach (var (_, server) in servers) server.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        _lanes[0].Server.RequireSound(prompts, sampling);
        var samples = sampling.SamplesPerPrompt;
        var responses = new Response[prompts.Count * samples];
        var work = new Queue<Item>(Enumerable.Range(0, responses.Length).Select(index => new Item(prompts[index / samples], index % samples, index)));
        var finished = Channel.CreateUnbounded<Outcome>(new UnboundedChannelOptions { SingleReader = true });
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (var left = responses.Length; left > 0;)
            {
                while (work.Count > 0 && _lanes.Where(lane => lane.MayTake).MinBy(lane => lane.Load) is { } lane) Begin(lane, work.Dequeue(), sampling, finished.Writer, ending.Token);
                if (_lanes.All(lane => lane.UnderWay == 0) && _lanes.All(lane => lane.GivenUp is not null))
                {
                    foreach (var item in work) responses[item.Index] = ChatClientLanguageModel.Failed(item.Prompt, item.Sample, $"not asked: no endpoint is left; the last reason: {_lanes[^1].GivenUp}");
                    break;
                }

                await NextAsync(finished.Reader, work.Count > 0, cancellationToken);
                while (finished.Reader.TryRead(out var outcome))
                {
                    outcome.Lane.UnderWay--;
                    if (outcome.Fault is { } fault) throw fault;
                    if (Settled(outcome) is not { } response) work.Enqueue(outcome.Item);
                    else (responses[outcome.Item.Index], left) = (response, left - 1);
                }
            }
        }
        finally
        {
            await ending.CancelAsync();
        }

        await Task.WhenAll(_lanes.Where(lane => lane.GivenUp is null).Select(lane => lane.Server.RequireSameModelAsync(cancellationToken)));
        return responses;
    }

    /// <summary>Disposes the servers' clients.</summary>
    public void Dispose()
    {
        foreach (var lane in _lanes) lane.Server.Dispose();
    }

    // Until a request is over, or a server with room may go on. One whose rest has ended since it was passed over counts: nothing else might come.
    private async Task NextAsync(ChannelReader<Outcome> reader, bool hasWork, CancellationToken cancellationToken)
    {
        var rests = hasWork ? _lanes.Where(lane => lane.HasRoom).Select(lane => lane.Rest).ToList() : [];
        if (rests.Count == 0)
        {
            await reader.WaitToReadAsync(cancellationToken);
            return;
        }

        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(reader.WaitToReadAsync(wake.Token).AsTask(), Task.Delay(rests.Min(), _time, wake.Token));
        await wake.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void Begin(ServerLane lane, Item item, SamplingOptions sampling, ChannelWriter<Outcome> finished, CancellationToken cancellationToken)
    {
        lane.UnderWay++;
        var round = lane.Round;
        _ = AskAsync();

        async Task AskAsync()
        {
            try
            {
                finished.TryWrite(new(lane, item, round, await lane.Server.TryOnceAsync(item.Prompt, item.Sample, sampling, cancellationToken), null, null));
            }
            catch (EndpointException e)
            {
                finished.TryWrite(new(lane, item, round, null, e, null));
            }
            catch (Exception e) // handed to the loop, which throws it
            {
                finished.TryWrite(new(lane, item, round, null, null, e));
            }
        }
    }

    // The response of an item, or null if it is to be asked again.
    private Response? Settled(Outcome outcome)
    {
        var (lane, item) = (outcome.Lane, outcome.Item);
        if (outcome.Failure is not { } failure)
        {
            lane.Answered();
            return outcome.Response;
        }

        if (!failure.IsTransient && !failure.IsRefusal)
        {
            lane.Answered(); // it is the prompt that it refuses
            return ChatClientLanguageModel.Failed(item.Prompt, item.Sample, failure.Message);
        }

        var wasUsed = lane.GivenUp is null;
        lane.Failed(failure, outcome.Round);
        if (wasUsed && lane.GivenUp is { } why) _notes.Add($"{lane.Name} is given up, and its requests go to the others: {why}");
        item.Attempts++;
        if (failure.IsTimeout) item.Timeouts++;
        var mayTryAgain = item.Attempts <= (_options.Retries + 1) * _lanes.Count && item.Timeouts <= _options.TimeoutRetries + _lanes.Count - 1;
        return mayTryAgain ? null : ChatClientLanguageModel.Failed(item.Prompt, item.Sample, Invariant($"{failure.Message} ({item.Attempts} attempts on {_lanes.Count} servers)"));
    }

    private sealed class Item(Prompt prompt, int sample, int index)
    {
        public Prompt Prompt => prompt;

        public int Sample => sample;

        public int Index => index;

        public int Attempts { get; set; }

        public int Timeouts { get; set; }
    }

    private sealed record Outcome(ServerLane Lane, Item Item, int Round, Response? Response, EndpointException? Failure, Exception? Fault);
}
