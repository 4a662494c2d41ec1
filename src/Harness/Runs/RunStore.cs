using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Training runs by content: a run is trained once for a recipe, its data, code, engine and device, and read ever after. Two
/// processes that need the same run share it: one trains, the other waits and reads.
/// </summary>
/// <remarks>
/// <para><c>runs/&lt;digest&gt;/</c> holds run.json, metrics.jsonl, checkpoint/ and evaluations/. A run is trained in
/// <c>runs/&lt;digest&gt;.partial/</c>, which survives a killed process and is resumed from, and becomes the former by one rename;
/// a trainer's state to resume from is dropped then. Each read checks every file against its recorded SHA-256 (of a large file
/// that has not changed, the one computed before; see <see cref="DigestCache"/>); a mismatch is moved to
/// <c>corrupt/&lt;digest&gt;-N</c> with a warning and trained again.</para>
/// <para>At most one run a device is trained at a time. A recipe that builds on another run takes that run before it trains, not
/// while: waiting inside a training could wait for itself.</para>
/// </remarks>
public sealed class RunStore
{
    private const string RecordKind = "run";
    private static readonly AsyncLocal<string?> InTraining = new();
    private readonly TimeProvider _time;
    private readonly DigestCache _digests;

    /// <summary>A store in a folder, which need not exist yet.</summary>
    /// <param name="root">The folder; see <see cref="StoreLocation"/> for the usual one.</param>
    /// <param name="time">The clock for waiting and for the seconds a run took.</param>
    public RunStore(string root, TimeProvider time) : this(root, time, MachineDigests.Open())
    {
    }

    /// <summary>A store with given digests of files that have not changed.</summary>
    internal RunStore(string root, TimeProvider time, DigestCache digests, StoreTrust? trust = null, StoreSeal? seal = null)
    {
        (Root, _time, _digests) = (Path.GetFullPath(root), time, digests);
        (Trust, Seal) = (trust ?? StoreTrust.FromEnvironment(), seal ?? StoreSeal.FromEnvironment());
    }

    /// <summary>Whose files are taken.</summary>
    internal StoreTrust Trust { get; }

    /// <summary>Signatures of the entries.</summary>
    internal StoreSeal Seal { get; }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    /// <summary>The key of the run a recipe would be here and now; lower-case hex.</summary>
    public static string DigestOf(IRecipe recipe) => RunRecord.KeyOf(recipe.Describe(), recipe.Environment());

    /// <summary>The run of a recipe: from the store, or trained now.</summary>
    /// <param name="recipe">The recipe to train.</param>
    /// <param name="progress">Receives reports of waiting, training and warnings.</param>
    /// <param name="cancellationToken">Ends waiting or training; a state to resume from stays.</param>
    /// <exception cref="TrainingFailedException">The recipe could not be carried out.</exception>
    /// <exception cref="UserErrorException">The store cannot be written (exit code 74), or a file the recipe needs is bad.</exception>
    public async Task<TrainedModel> GetOrTrainAsync(IRecipe recipe, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        (await GetOrTrainAsync(recipe, waits: true, () => { }, progress, cancellationToken))!;

    /// <summary>The run of a recipe: from the store, or trained now, unless another process is at it.</summary>
    /// <param name="recipe">The recipe to train.</param>
    /// <param name="begins">Called before it is trained, when no other process can any more.</param>
    /// <param name="progress">Receives reports of waiting, training and warnings.</param>
    /// <param name="cancellationToken">Ends waiting for the device, or training; a state to resume from stays.</param>
    /// <returns>The run; <c>null</c> if another process has its lock.</returns>
    /// <exception cref="TrainingFailedException">The recipe could not be carried out.</exception>
    /// <exception cref="UserErrorException">The store cannot be written (exit code 74), or a file the recipe needs is bad.</exception>
    public Task<TrainedModel?> TryGetOrTrainAsync(IRecipe recipe, Action begins, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        GetOrTrainAsync(recipe, waits: false, begins, progress, cancellationToken);

    private async Task<TrainedModel?> GetOrTrainAsync(IRecipe recipe, bool waits, Action begins, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var (description, environment) = ((JsonObject)recipe.Describe().DeepClone(), recipe.Environment());
        var key = RunRecord.KeyOf(description, environment);
        var directory = Path.Combine(Root, "runs", key);

        RequireTrusted(directory);
        var unlocked = await ReadAsync(directory, key, cancellationToken);
        if (unlocked.Record is { } stored) return new TrainedModel(recipe, stored, directory, RunOrigin.FromStore, []);
        if (InTraining.Value is { } outer)
            throw new InvalidOperationException($"Run '{outer}' asks for run '{recipe.Name}' while it trains and would wait for itself forever. A recipe takes the runs it builds on before it trains.");

        using var runLock = waits
            ? await LockAsync(key, $"trains run '{recipe.Name}'", $"run '{recipe.Name}'", progress, cancellationToken)
            : TryLock(key, $"trains run '{recipe.Name}'");
        if (runLock is null) return null;
        var warnings = new List<string>();
        var locked = await ReadAsync(directory, key, cancellationToken);
        if (locked.Record is { } shared) return new TrainedModel(recipe, shared, directory, RunOrigin.FromStore, []);
        if (locked.Problem is { } problem)
        {
            var aside = MoveAside(directory, key);
            warnings.Add($"The stored run '{recipe.Name}' is corrupt: {problem}. It was moved to {aside} and is trained again.");
            progress.Report(new RunProgress("warning", 0, 0, warnings[^1]));
        }

        begins();
        using var deviceLock = await LockDeviceAsync(environment.Device, $"trains run '{recipe.Name}'", progress, cancellationToken);
        return await TrainAsync(recipe, description, environment, key, warnings, progress, cancellationToken);
    }

    /// <summary>Takes the lock of a device, so that one training or evaluation uses it at a time.</summary>
    /// <param name="device">Device as in <see cref="RunEnvironment.Device"/>.</param>
    /// <param name="purpose">Purpose of holding the lock, shown to those who wait.</param>
    /// <param name="progress">Receives reports of waiting.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<StoreLock> LockDeviceAsync(string device, string purpose, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var name = string.Concat((device + OfJob).ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        return LockAsync("device-" + name, purpose, $"device {device}", progress, cancellationToken);
    }

    /// <summary>Where the responses of a stored run's model are kept.</summary>
    public EvaluationStore EvaluationsOf(TrainedModel run) =>
        new(Path.Combine(run.RunDirectory, RunLayout.Evaluations), this, run.Record.Environment.Device);

    /// <summary>
    /// Where the responses of models that are no run of this store are kept: untuned references, checkpoints from elsewhere, endpoints.
    /// </summary>
    /// <param name="device">Device the model computes on; <c>null</c> for one that does not compute here.</param>
    public EvaluationStore OtherEvaluations(string? device) => new(Path.Combine(Root, RunLayout.Evaluations), this, device);

    // A scheduler gave the job cores and devices of its own: those of another job that shares the store are other ones.
    private static string OfJob => Environment.GetEnvironmentVariable("SLURM_JOB_ID") is { Length: > 0 } job ? $"-job-{job}" : "";

    private StoreLock? TryLock(string name, string purpose)
    {
        var path = Path.Combine(Root, "locks", name + ".lock");
        Trust.RequireRoot(Root);
        Trust.Require(Path.GetDirectoryName(path)!, path, path + ".holder");
        return StoreLock.TryAcquire(path, purpose);
    }

    /// <summary>Takes a lock of the store by name.</summary>
    internal Task<StoreLock> LockAsync(string name, string purpose, string subject, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(Root, "locks", name + ".lock");
        Trust.RequireRoot(Root);
        Trust.Require(Path.GetDirectoryName(path)!, path, path + ".holder");
        return StoreLock.AcquireAsync(path, purpose,
            holder => progress.Report(new RunProgress("wait", 0, 0, $"waits for {subject}, held by {holder}")), _time, cancellationToken);
    }

    private async Task<TrainedModel> TrainAsync(
        IRecipe recipe, JsonObject description, RunEnvironment environment, string key, List<string> warnings,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(Root, "runs", key);
        var partial = directory + ".partial";
        var started = _time.GetTimestamp();
        try
        {
            var attempt = BeginAttempt(partial, recipe.Name, progress);
            await RunRecipeAsync(recipe, partial, SubjectProgress.Of(progress, recipe), cancellationToken);
            var record = await RecordOf(recipe, description, environment, key, partial, attempt, _time.GetElapsedTime(started),
                cancellationToken);
            var json = record.ToJson();
            if (Seal.Of(RecordKind, json) is { } signature) WriteWhole(Path.Combine(partial, RunLayout.Signature), signature + "\n");
            WriteWhole(Path.Combine(partial, RunLayout.Record), json);
            Directory.Move(partial, directory);
            DropState(directory);
            return new TrainedModel(recipe, record, directory, attempt > 1 ? RunOrigin.Resumed : RunOrigin.Trained, warnings);
        }
        catch (IOException e) when (StorageErrors.IsStorageFailure(e))
        {
            throw StorageErrors.CannotWrite($"run '{recipe.Name}' in {partial}", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw StorageErrors.CannotWrite($"run '{recipe.Name}' in {partial}", e);
        }
    }

    // What this user would read or write for a run: the store's folders, the run and the attempt that is resumed.
    private void RequireTrusted(string directory)
    {
        Trust.RequireRoot(Root);
        Trust.Require(Path.Combine(Root, "runs"), Path.Combine(Root, "corrupt"));
        Trust.RequireTree(directory);
        Trust.RequireTree(directory + ".partial");
    }

    private static async Task RunRecipeAsync(IRecipe recipe, string partial, IProgress<RunProgress> progress,
        CancellationToken cancellationToken)
    {
        InTraining.Value = recipe.Name;
        try
        {
            await recipe.TrainAsync(partial, progress, cancellationToken);
        }
        catch (TrainingFailedException e)
        {
            File.WriteAllText(Path.Combine(partial, RunLayout.Failure), e.Message + "\n", Encoding.UTF8);
            throw;
        }
        finally
        {
            InTraining.Value = null;
        }
    }

    private static int BeginAttempt(string partial, string name, IProgress<RunProgress> progress)
    {
        Directory.CreateDirectory(partial);
        var (attempts, failure) = (Path.Combine(partial, RunLayout.Attempts), Path.Combine(partial, RunLayout.Failure));
        var before = File.Exists(attempts)
            && int.TryParse(BoundedFile.ReadText(attempts), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        if (before > 0)
        {
            var reason = File.Exists(failure) ? $"failed ({BoundedFile.ReadText(failure).Trim()})" : "was interrupted";
            progress.Report(new RunProgress("resume", 0, 0,
                $"an earlier attempt at run '{name}' {reason}; going on from its last saved state"));
        }

        File.Delete(failure);
        WriteWhole(attempts, (before + 1).ToString(CultureInfo.InvariantCulture));
        return before + 1;
    }

    private async Task<RunRecord> RecordOf(
        IRecipe recipe, JsonObject description, RunEnvironment environment, string key, string partial, int attempt, TimeSpan took,
        CancellationToken cancellationToken)
    {
        var (checkpoint, metrics) = (Path.Combine(partial, RunLayout.Checkpoint), Path.Combine(partial, RunLayout.Metrics));
        if (!Directory.Exists(checkpoint) || !Directory.EnumerateFiles(checkpoint, "*", SearchOption.AllDirectories).Any())
            throw new TrainingFailedException($"Recipe '{recipe.Name}' ended without a model: {checkpoint} is missing or empty.");
        if (!File.Exists(metrics)) throw new TrainingFailedException($"Recipe '{recipe.Name}' ended without {metrics}.");
        var summary = MetricsSummary.Read(metrics, cancellationToken);
        return new RunRecord
        {
            Format = RunRecord.CurrentFormat,
            Digest = key,
            Name = recipe.Name,
            Seed = recipe.Seed,
            Recipe = description,
            Environment = environment,
            Model = recipe.Identify(checkpoint),
            Steps = summary.Steps,
            Metrics = summary.Last,
            Attempts = attempt,
            Seconds = Math.Round(took.TotalSeconds, 3),
            Files = await StoredFile.ListAsync(partial, _digests, cancellationToken),
        };
    }

    /// <summary>A trusted record, or the problem of the folder; neither if there is no folder.</summary>
    private async Task<(RunRecord? Record, string? Problem)> ReadAsync(string directory, string key,
        CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory)) return (null, null);
        try
        {
            var json = BoundedFile.ReadText(Path.Combine(directory, RunLayout.Record));
            var signature = Path.Combine(directory, RunLayout.Signature);
            if (!Seal.Holds(RecordKind, json, File.Exists(signature) ? BoundedFile.ReadText(signature).Trim() : null))
                return (null, StoreSeal.Missing);
            var record = RunRecord.Parse(json);
            if (record.Digest != key) return (null, $"run.json is that of run {record.Digest}");
            var problem = await StoredFile.FirstProblemAsync(directory, record.Files, _digests, cancellationToken);
            return problem is null ? (record, null) : (null, problem);
        }
        catch (JsonException e)
        {
            return (null, $"run.json cannot be read: {e.Message}");
        }
        catch (UserErrorException e) when (e.InnerException is not UnauthorizedAccessException)
        {
            return (null, e.Message);
        }
        catch (IOException e)
        {
            return (null, e.Message);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or UserErrorException)
        {
            throw new UserErrorException($"Cannot read the stored run {directory}: {e.Message} Make the folder readable, or point {StoreLocation.Variable} at another one.", e, GateExitCode.CannotWrite);
        }
    }

    private string MoveAside(string directory, string key)
    {
        try
        {
            var corrupt = Path.Combine(Root, "corrupt");
            Directory.CreateDirectory(corrupt);
            var number = 1;
            string aside;
            while (Path.Exists(aside = Path.Combine(corrupt, Invariant($"{key}-{number}")))) number++;
            Directory.Move(directory, aside);
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.CannotWrite($"the corrupt run {directory} to a folder beside the others", e);
        }
    }

    private static void DropState(string directory)
    {
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos().Where(e => !RunLayout.IsKept(e.Name)).ToList())
        {
            if (entry is DirectoryInfo folder && folder.LinkTarget is null) folder.Delete(recursive: true);
            else entry.Delete();
        }
    }

    /// <summary>Writes a file so that it is there whole or not at all.</summary>
    internal static void WriteWhole(string path, string text)
    {
        var temporary = path + ".new";
        WholeFile.Create(temporary, Encoding.UTF8.GetBytes(text));
        File.Move(temporary, path, overwrite: true);
    }
}
