using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Verifiers;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate eval --model DIR --suite NAME|FILE</c>: one evaluation, written as a result file.</summary>
internal sealed class EvalCommand
{
    private readonly Option<string?> _model = new("--model") { Description = "A model directory in Hugging Face layout, the digest of a run in the store, or the URL of an OpenAI-compatible server.", HelpName = "DIR|RUN|URL" };
    private readonly Option<string[]> _suite = new("--suite")
    {
        Description = "A benchmark by name (gate eval --suite list prints them; those of the catalog are fetched by gate benchmarks pull), or a JSONL, CSV or JSON file. May be repeated: the model is loaded once.",
        HelpName = "NAME|FILE",
        Required = true
    };
    private readonly Option<string?> _columns = new("--columns")
    {
        Description = "Which column of the file holds what, such as prompt=goal,id=BehaviorID.",
        HelpName = "FIELD=COLUMN,…"
    };
    private readonly Option<string?> _where = new("--where")
    {
        Description = "Keep only rows with this value, such as label=safe.",
        HelpName = "COLUMN=VALUE"
    };
    private readonly Option<string?> _direction = new("--direction")
    {
        Description = "What a file measures: safety (the default), over-refusal or capability."
    };
    private readonly Option<string?> _scorer = new("--scorer")
    {
        Description = $"{string.Join(", ", Scorers.ScorerNames)}, or one of --scorer-assembly by its name or class; by default the one that fits the direction."
    };
    private readonly Option<string[]> _assemblies = ScorerAssembly.Option();
    private readonly Option<string?> _judge = JudgeParts.Option();
    private readonly Option<bool> _plain = new("--plain") { Description = "Continue the prompts as plain text; no chat template." };
    private readonly Option<int> _maxNewTokens = new("--max-new-tokens")
    {
        Description = "Most new tokens of a response.",
        DefaultValueFactory = _ => 64
    };
    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "0 (the default) is greedy.",
        DefaultValueFactory = _ => 0
    };
    private readonly Option<int?> _topK = new("--top-k") { Description = "Keep the k likeliest tokens." };
    private readonly Option<double?> _topP = new("--top-p") { Description = "Keep the likeliest tokens up to this mass." };
    private readonly Option<double?> _minP = new("--min-p")
    {
        Description = "Keep tokens with at least this share of the likeliest one's probability."
    };
    private readonly Option<double> _repetitionPenalty = new("--repetition-penalty")
    {
        Description = "Divides positive and multiplies negative logits of tokens seen before; 1 (the default) is off.",
        DefaultValueFactory = _ => 1
    };
    private readonly Option<int> _samples = new("--samples") { Description = "Samples for each item.", DefaultValueFactory = _ => 1 };
    private readonly Option<ulong?> _seed = new("--seed") { Description = "Source of the draws; by default derived from the weights' and the benchmark's digests, so that a rerun gives the same." };
    private readonly Option<bool> _generationConfig = new("--generation-config")
    {
        Description = "Sample as the model's generation_config.json says (do_sample, temperature, top_k, top_p, min_p, repetition_penalty)."
    };
    private readonly ItemSelection _selection = new();
    private readonly Option<bool> _retryErrors = new("--retry-errors")
    {
        Description = "The same command again, with the same --out and --responses: only the responses that ended in an error are asked again."
    };
    private readonly EndpointParts _endpoint = new();
    private readonly LocalModelParts _local = new();
    private readonly ChatParts _chat = new();
    private readonly Option<string?> _out = CommandParts.OutOption();
    private readonly Option<string?> _responses = new("--responses")
    {
        Description = "Where to write the responses with their scores, one a line.",
        HelpName = "FILE"
    };
    private readonly GateOutput _output;

    private EvalCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        BuiltIn.Register();
        var parts = new EvalCommand(output);
        parts._direction.AcceptOnlyFromAmong(BenchmarkNames.Directions.Keys.ToArray());
        var command = new Command("eval", "One evaluation: run a benchmark against a model, score the responses, write a result file.")
        {
            parts._model, parts._suite, parts._columns, parts._where, parts._direction, parts._scorer, parts._assemblies, parts._judge, parts._plain, parts._maxNewTokens,
            parts._temperature, parts._topK, parts._topP, parts._minP, parts._repetitionPenalty, parts._samples, parts._seed, parts._generationConfig, parts._out, parts._responses, parts._retryErrors,
        };
        foreach (var option in parts._selection.Options.Concat(parts._chat.Options).Concat(parts._endpoint.Options).Concat(parts._local.Options)) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        string[] suites = parsed.GetRequiredValue(_suite);
        if (suites is ["list"])
        {
            foreach (var name in BenchmarkNames.All()) _output.Out.WriteLine($"{name}");
            return GateExitCode.Passed;
        }

        _ = Asked(parsed);
        List<Benchmark> benchmarks = [.. suites.Select(suite => Benchmark(parsed, suite))];
        if (benchmarks.GroupBy(one => one.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UserErrorException($"Two suites are called '{twice.Key}'; give each once, and files other names.", GateExitCode.Usage);
        var chat = _chat.Settings(parsed);
        if (parsed.GetValue(_plain) && !chat.IsDefault) throw new UserErrorException("--plain continues text without a chat template; --chat-template and --chat-template-kwargs have nothing to act on.", GateExitCode.Usage);
        ScorerAssembly.Load(parsed.GetValue(_assemblies));
        using var judge = await JudgeParts.OpenAsync(parsed.GetValue(_judge), cancellationToken);
        foreach (var one in benchmarks) judge?.Require(one.Direction, parsed.GetValue(_scorer));
        List<IScorer> scorers = [.. suites.Zip(benchmarks, (suite, one) => judge?.Scorer ?? ScorerFor(parsed.GetValue(_scorer) ?? BenchmarkNames.InCatalog(suite)?.Scorer, one.Direction))];
        foreach (var (benchmark, scorer) in benchmarks.Zip(scorers))
            if (Scorers.DirectionProblem(scorer, benchmark.Name, benchmark.Direction) is { } other) throw new UserErrorException(other, GateExitCode.Usage);
        var selection = _selection.Of(parsed, benchmarks);
        if (selection.Count == 0)
        {
            _output.Error.WriteLine($"no item of {string.Join(", ", benchmarks.Select(one => one.Name))} failed before; there is nothing to ask");
            RemoveStale(parsed);
            return GateExitCode.Passed;
        }

        var model = await OpenModelAsync(parsed, chat, cancellationToken);
        using var owned = model as IDisposable;
        var earlier = parsed.GetValue(_retryErrors) ? new EarlierResponses(parsed.GetValue(_out), parsed.GetValue(_responses)) : null;
        var store = model is LazyModel local ? _local.Store(parsed, local.Device) : null;
        var evaluations = new List<EvaluationResult>();
        foreach (var selected in selection) evaluations.Add(await EvaluateAsync(parsed, model, store, earlier, selected, scorers[benchmarks.IndexOf(selected.Suite)], cancellationToken));

        foreach (var note in (model as EndpointPool)?.Notes ?? []) _output.Error.WriteLine($"{note}");
        if (parsed.GetValue(_responses) is { } responses) ResponseFile.Write(responses, evaluations.SelectMany(one => evaluations.Count == 1 ? one.Responses : Renamed(one)));
        var document = new ResultDocument { Shard = Part(parsed, selection), Model = model.Identity, Metrics = [.. evaluations.Select(one => new MetricResult { Measurement = one.Measurement })] };
        if (parsed.GetValue(_out) is { } path) ResultFile.Write(document, path);
        else _output.WriteJson(System.Text.Encoding.UTF8.GetString(ResultFile.Bytes(document)));
        foreach (var evaluation in evaluations)
        {
            _output.Error.WriteLine($"{MeasurementWords.Of(evaluation.Measurement)}");
            if (MeasurementWords.Cut(evaluation.Measurement) is { } cut) _output.Error.WriteLine($"{cut}");
        }

        if (judge?.Agreement is { } agreement) _output.Error.WriteLine($"{agreement}");
        return evaluations.Select(Code).FirstOrDefault(code => code != GateExitCode.Passed, GateExitCode.Passed);
    }

    // What another command left there would be read as the result of this one.
    private void RemoveStale(ParseResult parsed)
    {
        var source = _selection.Earlier(parsed);
        foreach (var path in new[] { parsed.GetValue(_out), parsed.GetValue(_responses) }.OfType<string>().Where(File.Exists))
        {
            if (source is not null && Path.GetFullPath(path) == Path.GetFullPath(source)) continue;
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"{path} of an earlier command cannot be removed: {e.Message}", e, GateExitCode.CannotWrite);
            }

            _output.Error.WriteLine($"{path} of an earlier command is removed");
        }
    }

    private ResultShard? Part(ParseResult parsed, IReadOnlyList<SelectedItems> selection) =>
        _selection.Part(parsed) is { } part ? new ResultShard { Part = part, Items = [.. selection.Select(selected => selected.Whole.Items.Count)] } : null;

    private async Task<EvaluationResult> EvaluateAsync(ParseResult parsed, ILanguageModel model, EvaluationStore? store, EarlierResponses? earlier, SelectedItems selected,
        IScorer scorer, CancellationToken cancellationToken)
    {
        var evaluation = await AnsweredAsync(parsed, model, store, earlier, selected, scorer, cancellationToken);
        earlier?.RequireKept(evaluation.Measurement, isDeterministic: scorer is not IBatchScorer);
        return evaluation with { Measurement = evaluation.Measurement with { BenchmarkDigest = selected.Whole.Digest } }; // of what all shards ask
    }

    private async Task<EvaluationResult> AnsweredAsync(ParseResult parsed, ILanguageModel model, EvaluationStore? store, EarlierResponses? earlier, SelectedItems selected,
        IScorer scorer, CancellationToken cancellationToken)
    {
        var benchmark = selected.Asked;
        var sampling = Sampling(parsed, model.Identity, selected.Whole);
        if (parsed.GetValue(_generationConfig)) sampling = AsTheModelSays(parsed, sampling);
        if (string.Join(" ", sampling.Problems()) is { Length: > 0 } problems)
            throw new UserErrorException(OptionNames.In(problems, [_maxNewTokens, _temperature, _topK, _topP, _minP, _repetitionPenalty], (nameof(SamplingOptions.SamplesPerPrompt), _samples)), GateExitCode.Usage);
        var style = parsed.GetValue(_plain) ? PromptStyle.Plain : PromptStyle.Chat;
        var progress = new ConsoleProgress(_output, TimeProvider.System);
        var asked = earlier?.Over(model, selected, sampling, style) ?? model;
        if (earlier is not null) Tell(benchmark, earlier);
        if (store is null)
        {
            var fresh = await Evaluator.EvaluateAsync(benchmark, asked, scorer, sampling, style, progress, cancellationToken);
            progress.Close();
            return fresh;
        }

        var before = ((LazyModel)model).Asked;
        var evaluation = await store.GetOrEvaluateAsync(asked, benchmark, scorer, sampling, style, progress, cancellationToken);
        progress.Close();
        if (((LazyModel)model).Asked == before)
            _output.Error.WriteLine($"{benchmark.Name}: the responses of these weights to these prompts were drawn before; taken from {store.Directory} (--no-store draws them again)");
        return evaluation;
    }

    private void Tell(Benchmark benchmark, EarlierResponses earlier) =>
        _output.Error.WriteLine($"{benchmark.Name}: {earlier.Errors} responses had ended in an error and are asked again{(earlier.IsOfUnknownWeights ? "; that the server has the same weights as before is your word (--revision states them)" : "")}");

    private static int Code(EvaluationResult evaluation) => evaluation.Responses.Any(r => r.Score.IsScored) ? GateExitCode.Passed
        : evaluation.Responses.All(r => r.Response.FinishReason == FinishReason.Error) ? GateExitCode.MissingEngine
        : GateExitCode.Inconclusive;

    // Suites may have items of the same id.
    private static IEnumerable<ScoredResponse> Renamed(EvaluationResult evaluation) =>
        evaluation.Responses.Select(one => one with { Response = one.Response with { PromptId = $"{evaluation.Measurement.Benchmark}/{one.Response.PromptId}" } });

    private Benchmark Benchmark(ParseResult parsed, string suite)
    {
        if (BenchmarkNames.Find(suite) is { } known)
        {
            if (parsed.GetValue(_columns) is not null || parsed.GetValue(_direction) is not null || parsed.GetValue(_where) is not null)
                throw new UserErrorException($"'{suite}' is a benchmark by name; --columns, --where and --direction are for files.",
                    GateExitCode.Usage);
            return _chat.SystemPrompt(parsed) is { } instruction ? known.WithSystemPrompt(instruction) : known;
        }

        if (!File.Exists(suite)) throw new UserErrorException($"'{suite}' is neither a file nor a benchmark by name. The names are {string.Join(", ", BenchmarkNames.All())}.");
        var options = new BenchmarkFileOptions
        {
            Direction = BenchmarkNames.Directions[parsed.GetValue(_direction) ?? "safety"],
            Columns = parsed.GetValue(_columns) is { } columns ? ColumnMapping.Parse(columns) : ColumnMapping.Default,
            Where = parsed.GetValue(_where),
            SystemPrompt = _chat.SystemPrompt(parsed),
        };
        return string.Join(" ", options.Problems()) is { Length: > 0 } problems
            ? throw new UserErrorException(OptionNames.In(problems, [_where, .. _chat.Options]), GateExitCode.Usage)
            : BenchmarkFile.Load(suite, options);
    }

    // What is asked: a model, or addresses of servers.
    private (string? Model, IReadOnlyList<Uri> Addresses) Asked(ParseResult parsed)
    {
        var (model, addresses) = (parsed.GetValue(_model), _endpoint.Addresses(parsed));
        return (model is null) != (addresses.Count == 0)
            ? (model, addresses)
            : throw new UserErrorException(model is null ? "Nothing says what is evaluated; give --model DIR|RUN|URL, or --endpoint URL." : "--model and --endpoint both say what is evaluated; give one of them.", GateExitCode.Usage);
    }

    private async Task<ILanguageModel> OpenModelAsync(ParseResult parsed, ChatSettings chat, CancellationToken cancellationToken)
    {
        var (model, addresses) = Asked(parsed);
        if (model is not null && EndpointParts.AddressIn(model) is { } address) addresses = [address];
        if (addresses.Count > 0)
        {
            _local.RequireNone(parsed);
            return await _endpoint.OpenAsync(parsed, addresses, chat, cancellationToken);
        }

        _endpoint.RequireNone(parsed);
        var directory = LocalModelParts.DirectoryOf(model!);
        TellGreedy(parsed, directory);
        return _local.Open(_output, parsed, directory, chat);
    }

    // Whoever serves the model by its file gets other responses than those that are scored here.
    private void TellGreedy(ParseResult parsed, string directory)
    {
        if (parsed.GetValue(_generationConfig) || parsed.GetValue(_temperature) != 0 || parsed.GetValue(_repetitionPenalty) != 1) return;
        try
        {
            var defaults = GenerationDefaults.Of(directory);
            if (defaults.NotGreedy is { Count: > 0 } left)
                _output.Error.WriteLine($"note: {defaults.Source} has {string.Join(", ", left)}; none of it is used, responses are greedy. --generation-config samples as it says");
        }
        catch (UserErrorException)
        {
            // What cannot be read is told where the model is opened, or means nothing to greedy decoding.
        }
    }

    private SamplingOptions AsTheModelSays(ParseResult parsed, SamplingOptions sampling)
    {
        Option[] others = [_temperature, _topK, _topP, _minP, _repetitionPenalty];
        if (others.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } other)
            throw new UserErrorException($"--generation-config takes the sampling of the model's file; leave out {other.Name}.", GateExitCode.Usage);
        return parsed.GetValue(_model) is { } model && EndpointParts.AddressIn(model) is null
            ? GenerationDefaults.Of(LocalModelParts.DirectoryOf(model)).Sampling(sampling)
            : throw new UserErrorException("--generation-config is for model directories; a server samples by the options it is sent.", GateExitCode.Usage);
    }

    private SamplingOptions Sampling(ParseResult parsed, ModelIdentity model, Benchmark benchmark) => new()
    {
        MaxNewTokens = parsed.GetValue(_maxNewTokens),
        Temperature = parsed.GetValue(_temperature),
        TopK = parsed.GetValue(_topK),
        TopP = parsed.GetValue(_topP),
        MinP = parsed.GetValue(_minP),
        RepetitionPenalty = parsed.GetValue(_repetitionPenalty),
        SamplesPerPrompt = parsed.GetValue(_samples),
        Seed = parsed.GetValue(_seed) ?? EvaluationSeed.Derive(model.WeightsDigest, benchmark.Digest),
    };

    private static IScorer ScorerFor(string? name, MetricDirection direction) => (name, direction) switch
    {
        ({ } known, _) => Scorers.Scorer(known),
        (null, MetricDirection.Safety) => new RefusalScorer(),
        (null, MetricDirection.OverRefusal) => new ComplianceScorer(),
        _ => new MathVerifier(),
    };
}
