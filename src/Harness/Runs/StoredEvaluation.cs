using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>One finished evaluation in a store: benchmark, model, sampling, and the paths of the responses.</summary>
public sealed record StoredEvaluation
{
    private readonly StoredResponses _files;

    private StoredEvaluation(StoredResponses files) => _files = files;

    /// <summary>Digest of the benchmark; names are not stored.</summary>
    public required string BenchmarkDigest { get; init; }

    /// <summary>Which model answered; its name is not stored.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>How responses were drawn.</summary>
    public required SamplingOptions Sampling { get; init; }

    /// <summary>As a conversation or as plain text.</summary>
    public required PromptStyle Style { get; init; }

    /// <summary>The behavior of each item that has one, by the item's id; <c>null</c> when they were not recorded.</summary>
    public IReadOnlyDictionary<string, string>? Behaviors { get; init; }

    /// <summary>Path of the responses, <see cref="ResponseFile"/>.</summary>
    public string ResponsesPath => _files.ResponsesPath;

    /// <summary>The responses with the scores that were written beside them when they were drawn.</summary>
    /// <exception cref="UserErrorException">They are not those that were stored.</exception>
    public IReadOnlyList<ScoredResponse> Read()
    {
        var (responses, problem) = _files.ReadScored();
        return responses ?? throw new UserErrorException($"The stored responses {ResponsesPath} are corrupt: {problem ?? "they are gone"}. Remove them; the next run of the specs generates them again.");
    }

    /// <summary>The finished evaluations in a folder, in order of their keys; none when there is no folder.</summary>
    /// <exception cref="UserErrorException">A header is damaged.</exception>
    public static IReadOnlyList<StoredEvaluation> AllIn(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, "*.json").Order(StringComparer.Ordinal).Select(Of)] : [];

    /// <summary>The folders of a store that hold evaluations: one for each finished run, and that of the models that are no run.</summary>
    /// <param name="root">The store.</param>
    /// <param name="runDigest">Only this run's; <c>null</c> for all.</param>
    /// <exception cref="UserErrorException">There is no such run.</exception>
    public static IReadOnlyList<string> Folders(string root, string? runDigest = null)
    {
        StoreTrust.FromEnvironment().RequireRoot(root);
        var runs = Path.Combine(root, "runs");
        StoreTrust.FromEnvironment().Require(runs, Path.Combine(root, RunLayout.Evaluations));
        if (runDigest is not null)
        {
            var run = Path.Combine(runs, runDigest);
            return File.Exists(Path.Combine(run, RunLayout.Record)) ? [Path.Combine(run, RunLayout.Evaluations)] : throw new UserErrorException($"'{runDigest}' is not the digest of a finished run in the store {root}. Its folder runs/ lists them.");
        }

        var all = Directory.Exists(runs)
            ? Directory.GetDirectories(runs).Order(StringComparer.Ordinal).Where(run => File.Exists(Path.Combine(run, RunLayout.Record)))
            : [];
        return [.. all.Select(run => Path.Combine(run, RunLayout.Evaluations)), Path.Combine(root, RunLayout.Evaluations)];
    }

    private static StoredEvaluation Of(string header)
    {
        StoreTrust.FromEnvironment().Require(Path.GetDirectoryName(Path.GetDirectoryName(header))!, Path.GetDirectoryName(header)!, header);
        try
        {
            var whole = StoredHeader.Read(header);
            var description = (JsonObject)whole["evaluation"]!;
            var key = Path.GetFileNameWithoutExtension(header);
            if (CanonicalJson.Digest(description) != key) throw new FormatException("it describes another evaluation than its name");
            return new(new StoredResponses(Path.GetDirectoryName(header)!, key, description, StoreTrust.FromEnvironment(), StoreSeal.FromEnvironment()))
            {
                BenchmarkDigest = Text(description, "benchmark"),
                Behaviors = whole["behaviors"] is { } behaviors
                    ? behaviors.AsObject().ToDictionary(b => b.Key, b => b.Value!.GetValue<string>(), StringComparer.Ordinal)
                    : null,
                Model = new ModelIdentity { Name = "", WeightsDigest = Text(description, "weights"), TokenizerDigest = Text(description, "tokenizer"), TemplateDigest = Text(description, "template"), EngineDigest = Text(description, "engine") },
                Style = Text(description, "style") switch { "chat" => PromptStyle.Chat, "plain" => PromptStyle.Plain, var other => throw new FormatException($"its style is '{other}'") },
                Sampling = new SamplingOptions
                {
                    MaxNewTokens = description["maxNewTokens"]!.GetValue<int>(),
                    Temperature = description["temperature"]!.GetValue<double>(),
                    TopK = description["topK"]?.GetValue<int>(),
                    TopP = description["topP"]?.GetValue<double>(),
                    MinP = description["minP"]?.GetValue<double>(),
                    RepetitionPenalty = description["repetitionPenalty"]!.GetValue<double>(),
                    SamplesPerPrompt = description["samplesPerPrompt"]!.GetValue<int>(),
                    Seed = description["seed"]!.GetValue<ulong>(),
                },
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or InvalidCastException or NullReferenceException or OverflowException or IOException or ArgumentException or UserErrorException)
        {
            throw new UserErrorException($"{header} is not the header of a stored evaluation: {e.Message}. Remove it and the responses beside it; the next run of the specs generates them again.", e);
        }
    }

    private static string Text(JsonObject description, string name) => description[name]!.GetValue<string>();
}
