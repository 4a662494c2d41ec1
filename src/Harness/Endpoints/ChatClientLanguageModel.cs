using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Verifiers;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// A model behind any <see cref="IChatClient"/>. Whatever cannot be had after the retries is a response with
/// <see cref="FinishReason.Error"/>, so its item is unscored: an endpoint that fails crashes nothing and passes nothing.
/// </summary>
/// <remarks>
/// <para>Each sample is a separate request, seeded from the sampling seed, the prompt's id and the sample's number, so that
/// a response depends neither on concurrency nor on the other prompts. Whether the server honors the seed is up to the server.</para>
/// <para>Reasoning (in tags, or in a field of its own) is no part of a response: only the answer after it is kept and scored, and a
/// response without one is an error. An answer that names another model than the one requested, or another system than the first answer, is an
/// error too.</para>
/// <para>What a conversation holds besides texts travels under the names vLLM and SGLang use: calls of tools in the turns, <c>tools</c>,
/// <c>documents</c>, <c>chat_template_kwargs</c>, and <c>continue_final_message</c> where the last turn is the assistant's.</para>
/// <para><c>min_p</c> and <c>repetition_penalty</c> travel as additional properties under the names vLLM and SGLang use.</para>
/// </remarks>
public sealed class ChatClientLanguageModel : ILanguageModel, IDisposable
{
    /// <summary>Version of the way requests are made; part of the engine's digest.</summary>
    internal const int RequestFormat = 4;

    private readonly IChatClient _client;
    private readonly string _servedModel;
    private readonly EndpointOptions _options;
    private readonly Retries _retries, _once;
    private readonly CircuitBreaker _breaker;
    private readonly HashSet<string> _names;
    private readonly ChatSettings _chat;
    private SystemFingerprints _fingerprints;
    private volatile bool _hasAnswered;

    /// <summary>A model behind a client, which is disposed with it.</summary>
    /// <param name="client">The client that sends the requests.</param>
    /// <param name="identity">Which model answers, as the caller states it.</param>
    /// <param name="options">Concurrency, time-outs and retries.</param>
    /// <param name="time">The clock of time-outs and back-off.</param>
    /// <exception cref="UserErrorException">Identity or options have problems. Exit code 64.</exception>
    public ChatClientLanguageModel(IChatClient client, EndpointIdentity identity, EndpointOptions options, TimeProvider time)
    {
        var problems = identity.Problems().Concat(options.Problems()).ToList();
        if (problems.Count > 0) throw new UserErrorException($"The endpoint: {string.Join(" ", problems)}", GateExitCode.Usage);
        (_client, _servedModel, _options, _retries) = (client, identity.ServedModel, options, new Retries(options, time));
        _once = new Retries(options with { Retries = 0 }, time);
        (_breaker, _chat, _fingerprints) = (new CircuitBreaker(options, time), identity.Chat, new(identity.AnyFingerprint));
        _names = new(identity.AnswersAs.Append(identity.ServedModel), StringComparer.Ordinal);
        Identity = identity.ToModelIdentity();
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <summary>What the server listed of the model at the start; <c>null</c> if it has no such list.</summary>
    internal ServedListing? Listing { private get; init; }

    /// <summary>Checks that the server still lists the model as it did at the start.</summary>
    /// <exception cref="UserErrorException">It does not (exit code 69).</exception>
    internal Task RequireSameModelAsync(CancellationToken cancellationToken) => Listing?.RequireSameAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The endpoint refuses (401, 403, 404) before it has answered anything, or lists another model under
    /// the name than at the start (exit code 69), or a prompt is plain text and the client takes conversations only (exit code 64).</exception>
    public async Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken)
    {
        RequireSound(prompts, sampling);
        var samples = sampling.SamplesPerPrompt;
        var responses = new Response[prompts.Count * samples];
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            Enumerable.Range(0, responses.Length), bounded,
            async (i, token) => responses[i] = await AnswerAsync(prompts[i / samples], i % samples, sampling, token));
        await RequireSameModelAsync(cancellationToken);
        return responses;
    }

    /// <summary>Disposes the client.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _breaker.Dispose();
    }

    /// <summary>Seed of one sample: 31 bits, which every server takes.</summary>
    internal static long SeedOf(ulong seed, string promptId, int sample) =>
        (long)(new RandomStream(seed, Invariant($"sampling/{promptId}/{sample}")).NextUInt64() >> 33);

    /// <summary>Holds its answers to the system that answers for another one: several servers of one evaluation.</summary>
    internal void AnswersWith(ChatClientLanguageModel other) => _fingerprints = other._fingerprints;

    internal void RequireSound(IReadOnlyList<Prompt> prompts, SamplingOptions sampling)
    {
        var problems = sampling.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(sampling));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
            if (!seen.Add(prompt.Id))
                throw new ArgumentException($"Two prompts have the id '{prompt.Id}'; ids must be unique.", nameof(prompts));
        if (prompts.FirstOrDefault(p => p.Text is not null) is { } plain && Completions is null)
            throw new UserErrorException($"Prompt '{plain.Id}' is plain text, and the client of '{_servedModel}' takes conversations only. Send it as a conversation.", GateExitCode.Usage);
    }

    private ITextCompletionClient? Completions => _client.GetService(typeof(ITextCompletionClient)) as ITextCompletionClient;

    private async Task<Response> AnswerAsync(Prompt prompt, int sample, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        if (_breaker.Reason is { } open) return Failed(prompt, sample, open);
        _breaker.Begins();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _breaker.Hopeless);
        try
        {
            var jitter = new RandomStream(sampling.Seed, Invariant($"back-off/{prompt.Id}/{sample}"));
            var answer = await _retries.RunAsync(token => AskAsync(prompt, sample, sampling, token), jitter, failure => _breaker.AttemptFailed(failure.Message), either.Token);
            if (OtherModel(answer) is { } other)
            {
                _breaker.AttemptFailed(other);
                _breaker.Failed(other);
                return Failed(prompt, sample, other);
            }

            _breaker.Answered();
            _hasAnswered = true;
            return Read(prompt, sample, answer);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && _breaker.Reason is not null)
        {
            return Failed(prompt, sample, _breaker.Reason);
        }
        catch (EndpointException e) when (e.IsRefusal && !_hasAnswered)
        {
            throw OpenAiEndpoint.Refused(e, _servedModel);
        }
        catch (EndpointException e)
        {
            if (e.IsTransient || e.IsRefusal) _breaker.Failed(e.Message);
            return Failed(prompt, sample, e.Message);
        }
        catch (Exception e) when (e is not (OperationCanceledException or UserErrorException)) // a client of any kind; its failure is this prompt's, not the evaluation's
        {
            var why = $"{e.GetType().Name}: {ErrorWords.OneLine(e.Message)}";
            _breaker.AttemptFailed(why);
            return Failed(prompt, sample, why);
        }
    }

    /// <summary>One try for a caller that repeats by itself, on this server or another.</summary>
    /// <returns>The response; one with an error where the answer cannot be used.</returns>
    /// <exception cref="EndpointException">There was no answer, or one of another model.</exception>
    internal async Task<Response> TryOnceAsync(Prompt prompt, int sample, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _once.RunAsync(token => AskAsync(prompt, sample, sampling, token), new RandomStream(sampling.Seed, "back-off"), _ => { }, cancellationToken);
            return OtherModel(answer) is { } other ? throw new EndpointException(other, isTransient: true) : Read(prompt, sample, answer);
        }
        catch (Exception e) when (e is not (OperationCanceledException or UserErrorException or EndpointException)) // a client of any kind; its failure is this prompt's
        {
            return Failed(prompt, sample, $"{e.GetType().Name}: {ErrorWords.OneLine(e.Message)}");
        }
    }

    // A gateway may route to another model, such as a fallback; its answers say nothing about this one.
    private string? OtherModel(ChatResponse? answer) =>
        answer?.ModelId is { Length: > 0 } name && !_names.Contains(name)
            ? $"the endpoint answered as the model '{ErrorWords.OneLine(name)}', not '{ErrorWords.OneLine(_servedModel)}'; if that is the same model, name it as one of {nameof(EndpointIdentity.AnswersAs)} (--answers-as)"
            : _fingerprints.Other(answer);

    private Task<ChatResponse> AskAsync(Prompt prompt, int sample, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        var options = new ChatOptions
        {
            ModelId = _servedModel,
            MaxOutputTokens = sampling.MaxNewTokens,
            Temperature = (float)sampling.Temperature,
            TopP = (float?)sampling.TopP,
            TopK = sampling.TopK,
            Seed = SeedOf(sampling.Seed, prompt.Id, sample),
        };
        if (sampling.MinP is { } minP) (options.AdditionalProperties ??= [])["min_p"] = minP;
        if (sampling.RepetitionPenalty != 1) (options.AdditionalProperties ??= [])["repetition_penalty"] = sampling.RepetitionPenalty;
        if (prompt.Text is { } text) return Completions!.CompleteAsync(text, options, cancellationToken);
        foreach (var (name, value) in ConversationRequest.Properties(prompt.Conversation!, _chat)) (options.AdditionalProperties ??= [])[name] = value;
        return _client.GetResponseAsync([.. prompt.Messages!.Select(ConversationRequest.Message)], options, cancellationToken);
    }

    private static Response Read(Prompt prompt, int sample, ChatResponse? answer)
    {
        if (answer is null || answer.Messages.Count == 0) return Failed(prompt, sample, "the client gave no message");
        if (answer.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList() is { Count: > 0 } calls) return Failed(prompt, sample, Calling(calls));
        if (PromptCut.In(prompt, answer.Usage) is { } cut) return Failed(prompt, sample, cut);
        if (answer.FinishReason != ChatFinishReason.Stop && answer.FinishReason != ChatFinishReason.Length)
            return Failed(prompt, sample,
                answer.FinishReason is { } other
                ? $"the endpoint ended the response with finish_reason '{ErrorWords.OneLine(other.Value)}', neither 'stop' nor 'length'"
                : "the endpoint gave no finish_reason");
        var hasReasoned = answer.Messages.Any(m => m.Contents.Any(c => c is TextReasoningContent));
        var text = hasReasoned ? answer.Text : ReasoningMarks.BegunBy(prompt) + answer.Text;
        if (Spoken.Of(text) is not { } said || (string.IsNullOrWhiteSpace(said) && (hasReasoned || text.Length > said.Length)))
            return Failed(prompt, sample, "the response ended within its reasoning, before an answer; more new tokens may be needed");
        return new Response
        {
            PromptId = prompt.Id,
            Sample = sample,
            Text = said.Length == text.Length ? said : said.TrimStart(),
            FinishReason = answer.FinishReason == ChatFinishReason.Stop ? FinishReason.Stop : FinishReason.Length,
            Tokens = (int)Math.Clamp(answer.Usage?.OutputTokenCount ?? 0, 0, int.MaxValue),
        };
    }

    // What a call does is no part of the text, whatever the text says and however the server calls the end.
    private static string Calling(IReadOnlyList<FunctionCallContent> calls) =>
        $"the endpoint's answer calls {string.Join(", ", calls.Select(call => $"'{ErrorWords.OneLine(call.Name)}'").Distinct())}, and a call in a field of its own is not scored; to have it scored as text, serve the model without a parser of tool calls";

    internal static Response Failed(Prompt prompt, int sample, string why) =>
        new() { PromptId = prompt.Id, Sample = sample, Text = "", FinishReason = FinishReason.Error, Error = why };
}
