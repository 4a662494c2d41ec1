using System.CommandLine;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Statistics;
using SafetyGate.Models;
using SafetyGate.Verifiers.Judges;

namespace SafetyGate.Cli.Commands;

/// <summary>The judge of a judge file, with its models open.</summary>
internal sealed class JudgeParts : IDisposable
{
    private readonly JudgeRubric _rubric;
    private readonly List<ILanguageModel> _models;

    private JudgeParts(JudgeRubric rubric, List<ILanguageModel> models, Disagreement rule)
    {
        (_rubric, _models) = (rubric, models);
        var judges = models.Select(model => new ModelJudge(model, rubric)).ToList();
        Scorer = judges is [var only] ? only : new JudgePair(judges[0], judges[1], rule);
    }

    public IBatchScorer Scorer { get; }

    /// <summary>How two judges agreed; <c>null</c> for one, or before anything was judged.</summary>
    public string? Agreement
    {
        get
        {
            if (Scorer is not JudgePair pair || pair.Table() is not { } table || table.Sum(row => row.Sum()) is var n && n == 0) return null;
            var kappa = RaterAgreement.Kappa(table);
            var value = kappa.Value is { } k ? Invariant($"kappa {k:0.00}") : "kappa undefined, since both gave one verdict throughout";
            return Invariant($"two judges: the same verdict on {table[0][0] + table[1][1]} of {n} responses, {value}; only the first at 0.5 or more: {table[0][1]}, only the second: {table[1][0]}");
        }
    }

    public static Option<string?> Option() => new("--judge")
    {
        Description = "A judge file: a model grades the responses by a rubric, instead of --scorer.",
        HelpName = "FILE"
    };

    public static async Task<JudgeParts?> OpenAsync(string? path, CancellationToken cancellationToken)
    {
        if (path is null) return null;
        var file = JudgeFile.Load(path);
        var rubric = JudgeRubric.Load(file.Rubric);
        var models = new List<ILanguageModel>();
        try
        {
            foreach (var judge in file.Judges) models.Add(await OpenAsync(judge, cancellationToken));
            return new JudgeParts(rubric, models, file.WhenTheyDisagree);
        }
        catch
        {
            foreach (var model in models.OfType<IDisposable>()) model.Dispose();
            throw;
        }
    }

    /// <summary>Refuses another direction than the rubric's, and a scorer beside the judge.</summary>
    public void Require(MetricDirection direction, string? scorer)
    {
        if (scorer is not null) throw new UserErrorException("--judge and --scorer are both given; one of them scores.", GateExitCode.Usage);
        if (_rubric.Direction != direction)
            throw new UserErrorException($"The rubric '{_rubric.Name}' is for {Name(_rubric.Direction)}, and the benchmark measures {Name(direction)}; a score of 1 would be the wrong end.", GateExitCode.Usage);
    }

    public void Dispose()
    {
        foreach (var model in _models.OfType<IDisposable>()) model.Dispose();
    }

    private static string Name(MetricDirection direction) => BenchmarkNames.Directions.First(d => d.Value == direction).Key;

    private static async Task<ILanguageModel> OpenAsync(JudgeModel judge, CancellationToken cancellationToken)
    {
        if (EndpointParts.AddressIn(judge.Model) is not { } address)
            return Directory.Exists(judge.Model)
                ? LocalLanguageModel.Load(judge.Model)
                : throw new UserErrorException($"The judge '{judge.Model}' is neither a directory nor a URL.");
        var client = new OpenAiClientOptions { Address = address, ApiKeyVariable = judge.ApiKeyVariable, ApiVersion = judge.ApiVersion };
        if (judge.MaxTokensField is { } field) client = client with { MaxTokensField = field };
        var options = new EndpointOptions();
        if (judge.Concurrency is { } concurrency) options = options with { Concurrency = concurrency };
        if (judge.Timeout is { } seconds) options = options with { RequestTimeout = TimeSpan.FromSeconds(seconds) };
        return await OpenAiEndpoint.ConnectAsync(client,
            new EndpointIdentity { ServedModel = judge.ServedModel ?? "", Revision = judge.Revision, AnswersAs = judge.AnswersAs },
            options, TimeProvider.System, cancellationToken);
    }
}
