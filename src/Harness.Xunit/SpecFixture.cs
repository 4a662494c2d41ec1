using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using Xunit.Sdk;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// What specs measure, as the fixture of test classes: training runs, each trained once or taken from the run store, or served models. It
/// declares the metrics that gate them; what cannot be trained or measured fails every spec with one message, and is in the log and the report.
/// </summary>
public abstract class SpecFixture : IAsyncLifetime
{
    private readonly GatedFamily _family;
    private string? _failure, _elsewhere;

    private protected SpecFixture(IReadOnlyList<GatedMetric> gated)
    {
        SpecSession.Begin(); // before anything that can fail
        _family = new GatedFamily(GetType(), gated);
    }

    /// <summary>The metrics that gate; their names differ.</summary>
    public IReadOnlyList<GatedMetric> Gated => _family.Metrics;

    /// <summary>Folders of the store, snapshots and results.</summary>
    protected virtual SpecFolders Folders => SpecFolders.For(GetType().Assembly);

    /// <summary>Trains, takes from the store, or connects. A failure here fails each spec with one message.</summary>
    public async ValueTask InitializeAsync()
    {
        try
        {
            _ = Session; // started even if no spec reaches a verdict
            if ((_elsewhere = Elsewhere(Folders.Shard)) is not null) return;
            await StartAsync(new RunStore(Folders.Store, TimeProvider.System), new DiagnosticProgress(GetType().Name),
                TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is TrainingFailedException or UserErrorException)
        {
            _failure = $"{GetType().Name} has no {Subject} to measure{Unstarted}.\n  reason    {e.Message}";
        }
    }

    /// <summary>Closes the models.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (var started in Started) started.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal SpecSession Session => SpecSession.For(Folders, GetType().Assembly);

    /// <summary>What was started so far, to be closed.</summary>
    private protected abstract IReadOnlyList<IDisposable> Started { get; }

    /// <summary>What is measured, in one word.</summary>
    private protected virtual string Subject => "run";

    /// <summary>Which run did not start, as a part of a sentence; empty if there is only one.</summary>
    private protected virtual string Unstarted => "";

    private protected abstract Task StartAsync(RunStore store, IProgress<RunProgress> progress, CancellationToken cancellationToken);

    /// <summary>Why there is nothing to measure: a failure, or a skip where another shard has it.</summary>
    private protected Exception NotStarted => _elsewhere is { } elsewhere
        ? SkipException.ForSkip(elsewhere)
        : new GateFailureException(_failure ?? $"{GetType().Name} was not started; xunit starts it when a test class takes it as a fixture.");

    private protected bool HasFailed => _failure is not null || _elsewhere is not null;

    // By fixture, so that each run is trained in one shard: the fixtures of an assembly in order of their names, dealt out in turn.
    private string? Elsewhere(Shard? shard)
    {
        if (shard is null) return null;
        List<Type> all = [.. GetType().Assembly.GetTypes().Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(SpecFixture))).OrderBy(type => type.FullName, StringComparer.Ordinal)];
        var own = (all.IndexOf(GetType()) % shard.Count) + 1;
        return own == shard.Number ? null : Invariant($"shard {own}/{shard.Count} runs {GetType().Name}; this is {shard} ({Shard.Variable}).");
    }

    /// <summary>The metric declared on a benchmark.</summary>
    /// <exception cref="ArgumentException">None or several are.</exception>
    private protected GatedMetric On(Benchmark suite) => _family.On(suite);

    /// <exception cref="ArgumentException">The metric is not declared.</exception>
    private protected void RequireDeclared(GatedMetric metric) => _family.IndexOf(metric);

    private protected static RecipeIdentity IdentityOf(TrainedRun run) =>
        new() { Name = run.Recipe.Name, Digest = CanonicalJson.Digest(run.Model.Record.Recipe), Seeds = [run.Recipe.Seed], Settings = RecipeSettings.Of(run.Model.Record.Recipe) };

    // A failed measurement is a verdict too: a spec without a verdict must not be missing from the report.
    private protected async Task<T> GuardedAsync<T>(string metric, Func<BaselineKey, CancellationToken, Task<T>> measure)
    {
        var spec = SpecName.Current();
        string message;
        try
        {
            return await measure(spec, TestContext.Current.CancellationToken);
        }
        catch (UserErrorException e)
        {
            message = $"{GetType().Name} could not be measured.\n  reason    {e.Message}";
        }
        catch (GateFailureException e)
        {
            message = e.Message;
        }

        Session.Add(VerdictRecord.Unmeasured(spec, metric, message) with { Source = SpecSource.Current(Folders) });
        throw new GateFailureException(message);
    }
}
