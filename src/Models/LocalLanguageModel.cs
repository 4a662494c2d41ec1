using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tokenization;
using TorchSharp;

namespace SafetyGate.Models;

/// <summary>A model directory as a model that answers.</summary>
public sealed class LocalLanguageModel : ILanguageModel, IDisposable
{
    private readonly PretrainedModel _model;
    private readonly TokenGenerator _generator;
    private readonly ChatRenderer? _chat;
    private readonly Lock _oneAtATime = new();

    /// <summary>Answers with a loaded model, which it owns from now on.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">Name for people; the directory's when <c>null</c>.</param>
    /// <param name="budget">How much to generate at once; defaults when <c>null</c>.</param>
    /// <param name="chat">How its chat template is used; part of the identity. The template's defaults when <c>null</c>.</param>
    /// <exception cref="UserErrorException">The settings are of a template that the model does not have.</exception>
    public LocalLanguageModel(PretrainedModel model, string? name = null, GenerationBudget? budget = null, ChatSettings? chat = null)
    {
        (_model, _generator, _chat) = (model, model.CreateGenerator(budget), model.ChatWith(chat ?? ChatSettings.Default));
        Identity = IdentityOf(model.Directory, model.Folders, name, model.WeightsDigest, model.HasTokenizer, model.GenerationConfig, _chat?.Digest,
            TensorEngine.Describe(model.Decoder.Device, model.Decoder.Dtype));
    }

    /// <summary>
    /// Identity of the model that a directory is loaded as. Reads the weights' bytes only where their digest is not known yet, or an adapter is
    /// on them.
    /// </summary>
    /// <param name="directory">The model directory.</param>
    /// <param name="device">Where it is to compute.</param>
    /// <param name="dtype">Number type to compute with.</param>
    /// <param name="name">Name for people; the directory's when <c>null</c>.</param>
    /// <param name="chat">How its chat template is used; the template's defaults when <c>null</c>.</param>
    /// <exception cref="UserErrorException">As for <see cref="PretrainedModel.Load"/>, or the settings are of a template that the model does
    /// not have.</exception>
    public static ModelIdentity IdentityOf(string directory, torch.Device device, torch.ScalarType dtype, string? name = null, ChatSettings? chat = null)
    {
        TensorEngine.Start();
        var folders = ModelFolders.Find(directory, null);
        if (folders.Adapter is not null)
        {
            using var loaded = Owning(PretrainedModel.Load(directory, device, dtype), name, chat);
            return loaded.Identity;
        }

        using var checkpoint = CheckpointReader.Open(directory);
        var config = DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(directory, CheckpointReader.ConfigFileName));
        var generation = GenerationDefaults.From(config, checkpoint.GenerationConfigJson, Path.Combine(directory, CheckpointReader.GenerationConfigFileName));
        return IdentityOf(directory, folders, name, checkpoint.WeightsDigest(), TokenizerFile.IsIn(directory), generation,
            ChatRenderers.Used(ChatRenderers.For(directory), chat ?? ChatSettings.Default, directory)?.Digest, TensorEngine.Describe(device, dtype));
    }

    /// <summary>Loads a model directory.</summary>
    /// <exception cref="UserErrorException">As for <see cref="PretrainedModel.Load"/>.</exception>
    public static LocalLanguageModel Load(string directory, string? name = null, string? adapter = null, ChatSettings? chat = null) =>
        Owning(PretrainedModel.Load(directory, adapter: adapter), name, chat);

    /// <summary>Answers with a loaded model, which is freed when that cannot be.</summary>
    /// <exception cref="UserErrorException">The settings are of a template that the model does not have.</exception>
    public static LocalLanguageModel Owning(PretrainedModel model, string? name = null, ChatSettings? chat = null, GenerationBudget? budget = null)
    {
        try
        {
            return new(model, name, budget, chat);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ModelIdentity Identity { get; }

    /// <summary>The model behind it. Owned by this object.</summary>
    public PretrainedModel Model => _model;

    /// <summary>
    /// Receives the number of finished responses of the running call whenever it grows. <c>null</c> (the default): no reports.
    /// </summary>
    public Action<int>? OnFinished { get; set; }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">A conversation was given to a model without a chat template, or text to one without a
    /// tokenizer.</exception>
    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<Response>>(() =>
        {
            lock (_oneAtATime) return Generate(prompts, sampling, cancellationToken);
        }, cancellationToken);

    /// <summary>
    /// The tokens a prompt is put to the model as: a template's text has the special tokens in it, plain text gets those the tokenizer
    /// adds.
    /// </summary>
    /// <exception cref="UserErrorException">A conversation was given to a model without a chat template, text to one without a tokenizer or
    /// with one that ends each text, or the prompt leaves no room for an answer.</exception>
    public IReadOnlyList<int> PromptIds(Prompt prompt)
    {
        var ids = Encode(prompt);
        return WhyNot(ids) is { } reason
            ? throw new UserErrorException($"Prompt '{prompt.Id}' cannot be put to {Identity.Name}: {reason}")
            : ids;
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();

    private List<Response> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        var problems = sampling.Problems().ToList();
        if (problems.Count > 0) throw new ArgumentException(string.Join(' ', problems), nameof(sampling));
        var twice = prompts.GroupBy(prompt => prompt.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new ArgumentException($"Two prompts have the id '{twice.Key}'; ids must be unique.", nameof(prompts));

        var requests = new List<GenerationRequest>();
        var begun = new Dictionary<string, string>(StringComparer.Ordinal);
        var refusals = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var prompt in prompts)
        {
            var ids = Encode(prompt);
            if (WhyNot(ids) is { } reason) refusals.Add(prompt.Id, reason);
            else requests.Add(new GenerationRequest { Key = prompt.Id, PromptIds = ids });
            begun.Add(prompt.Id, ResponseText.Begun(_model.Tokenizer, ids) is { Length: > 0 } mark ? mark : ReasoningMarks.BegunBy(prompt));
        }

        var sequences = OutOfMemory.Guard("keys, values and logits of the responses that are drawn at once", "lower --batch-tokens (GenerationBudget.Tokens), or ask for fewer new tokens",
            () => _generator.Generate(requests, sampling, cancellationToken, OnFinished), "What the store has is intact; the same command takes it from there and draws the rest.").ToLookup(sequence => sequence.Key, StringComparer.Ordinal);
        return [.. prompts.SelectMany(prompt => refusals.TryGetValue(prompt.Id, out var reason)
            ? Enumerable.Range(0, sampling.SamplesPerPrompt).Select(sample => Failed(prompt, sample, reason))
            : sequences[prompt.Id].Select(sequence => Answered(sequence, begun[prompt.Id])))];
    }

    private int[] Encode(Prompt prompt)
    {
        if (prompt.Text is { } text) return _model.Tokenizer.EncodePrompt(text);
        var chat = _chat ?? throw new UserErrorException($"{_model.Directory} has no chat template, so prompt '{prompt.Id}', a conversation, cannot be rendered for it. Use plain text, or put the model's chat_template.jinja beside its weights.");
        try
        {
            return _model.Tokenizer.Encode(chat.RenderPrompt(prompt.Conversation!));
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"Prompt '{prompt.Id}': {e.Message}", e, e.ExitCode);
        }
    }

    private string? WhyNot(int[] ids)
    {
        if (ids.Length == 0) return "The prompt has no tokens; there is nothing to continue.";
        if (Array.Find(ids, id => id >= _model.Config.VocabularySize) is var outside and > 0)
            return Invariant($"The prompt has the token {outside} ('{_model.Tokenizer.Decode([outside])}'); the model's embedding has {_model.Config.VocabularySize} rows.");
        return ids.Length >= _model.Decoder.MaxPositions
            ? Invariant($"The prompt has {ids.Length} tokens; the model has {_model.Decoder.MaxPositions} positions, so at most {_model.Decoder.MaxPositions - 1} leave room for an answer.")
            : null;
    }

    // Reasoning that the prompt began is told from the answer by its end alone, which a cut response lacks.
    private Response Answered(GeneratedSequence sequence, string begun) => new()
    {
        PromptId = sequence.Key,
        Sample = sequence.Sample,
        Text = begun + _model.Tokenizer.DecodeResponse(sequence.NewIds),
        FinishReason = sequence.FinishReason,
        Tokens = sequence.NewIds.Count,
    };

    private static Response Failed(Prompt prompt, int sample, string reason) => new()
    {
        PromptId = prompt.Id,
        Sample = sample,
        Text = "",
        FinishReason = FinishReason.Error,
        Error = reason,
    };

    /// <summary>Which model lies in a directory, once its weights are known.</summary>
    internal static ModelIdentity IdentityOf(string directory, ModelFolders folders, string? name, string weights, bool hasTokenizer, GenerationDefaults generation,
        string? template, RunEnvironment environment) => new()
    {
        Name = name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))),
        WeightsDigest = weights,
        TokenizerDigest = hasTokenizer ? TokenizerAndSpecialTokens(folders, generation) : "",
        TemplateDigest = template ?? "",
        EngineDigest = TensorEngine.Digest(environment),
    };

    // The end tokens decide where a response ends, wherever they come from, so they are part of the model's identity.
    private static string TokenizerAndSpecialTokens(ModelFolders folders, GenerationDefaults generation)
    {
        var text = Invariant($"{CanonicalJson.Write(folders.DecidingDigests())}\neos {string.Join(',', generation.EosIds)}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
