using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// A training run that another program carries out: any command (<c>torchrun</c>, a Ray job, <c>trl grpo</c>) that leaves a
/// checkpoint in Hugging Face layout and, if it likes, a <c>metrics.jsonl</c>.
/// </summary>
/// <remarks>
/// <para>The command runs without a shell, in the run's own folder. In command, arguments and variables these words in braces are
/// replaced: <c>{directory}</c> (the run's folder), <c>{seed}</c>, <c>{attempt}</c>, <c>{base}</c>, and the name of each input.
/// Other braces stay. The program also finds SAFETYGATE_RUN_DIRECTORY, SAFETYGATE_RUN_SEED, SAFETYGATE_RUN_ATTEMPT and
/// SAFETYGATE_RUN_BASE in its environment, besides the inherited variables.</para>
/// <para>The key of the run is derived from command, arguments and variables as written here, the digests of inputs and base, the
/// trainer's version and the seed: not of paths, of inherited variables or of the time limit. Only declared inputs can be
/// part of it, so scripts and data belong among the inputs, and secrets among the inherited variables. The values of inherited
/// variables named as secrets are (<c>…_TOKEN</c>, <c>…_KEY</c>, <c>…_SECRET</c>, <c>…_PASSWORD</c>) are hidden in its output.</para>
/// <para>A killed run starts the same command again in the same folder, with the next attempt's number; whether it resumes from
/// what it saved there or starts over is up to the command. Cancellation and the time limit kill the command and all
/// processes below it.</para>
/// </remarks>
public sealed partial record ExternalRun : IRecipe
{
    /// <summary>Environment variable with the run's folder.</summary>
    public const string DirectoryVariable = "SAFETYGATE_RUN_DIRECTORY";

    /// <summary>Environment variable with the attempt's number, from 1.</summary>
    public const string AttemptVariable = "SAFETYGATE_RUN_ATTEMPT";

    /// <summary>Environment variable with the seed.</summary>
    public const string SeedVariable = "SAFETYGATE_RUN_SEED";

    /// <summary>Environment variable with the folder of the base model.</summary>
    public const string BaseVariable = "SAFETYGATE_RUN_BASE";

    private static readonly string[] ReservedNames = ["directory", "seed", "attempt", "base"];

    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>The program: a name on PATH or a path.</summary>
    public required string Command { get; init; }

    /// <summary>Its arguments, each handed over as it is.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// Environment variables set for it, besides those it inherits. They are part of the key and of <c>run.json</c>: no secrets.
    /// </summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Files and folders that decide the weights (data, scripts, settings), by the name their placeholder has. Their content is part of the
    /// key.
    /// </summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Trainer and version: an image with its digest, or <c>trl 0.24.0, torch 2.9.0</c>. Part of the key.</summary>
    public required string Trainer { get; init; }

    /// <summary>
    /// Folder of the model the run starts from, in Hugging Face layout: the reference of comparisons. Its content is part of the key.
    /// </summary>
    public required string Base { get; init; }

    /// <inheritdoc/>
    public required ulong Seed { get; init; }

    /// <summary>Longest time one attempt may take.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>
    /// Where the command leaves the model, relative to the run's folder. Default <c>checkpoint</c>. Its sub-folders <c>checkpoint-N</c>
    /// (states to resume from) are dropped at the end.
    /// </summary>
    public string Checkpoint { get; init; } = RunLayout.Checkpoint;

    /// <summary>
    /// Where the command leaves its metrics, relative to the run's folder, one JSON object a line; required then. <c>null</c>:
    /// <c>metrics.jsonl</c> if it is there.
    /// </summary>
    public string? Metrics { get; init; }

    /// <summary>
    /// Device the run occupies, as in <see cref="RunEnvironment.Device"/>: one run a device is trained at a time. Default <c>external</c>.
    /// </summary>
    public string Device { get; init; } = "external";

    /// <summary>Number type the trainer computes with, if it is known.</summary>
    public string Dtype { get; init; } = "as the trainer has it";

    /// <summary>
    /// Opens a model folder: a decoder of ours, or a server launched on it. Its identity must have a weights' digest; a server's can take
    /// <see cref="ExternalCheckpoint.DigestOf"/>.
    /// </summary>
    public required Func<string, ILanguageModel> OpenWith { get; init; }

    /// <summary>
    /// Where the command runs as a job of a Slurm cluster, with what it asks of it; <c>null</c>: as a process of this machine. The run's
    /// folder and the inputs then lie where nodes see them. No part of the key. <see cref="TimeLimit"/> is the job's.
    /// </summary>
    /// <remarks>
    /// The job's output is followed, and canceling the run cancels the job. A job that outlives who waits for it goes on; the next attempt
    /// takes it up, or what it left. Slurm queues a preempted job again, which starts the command again under the same attempt's number.
    /// </remarks>
    public SlurmSettings? Slurm { get; init; }

    /// <summary>The clock of the time limit.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Command)) yield return $"{nameof(Command)} is empty; name a program.";
        if (string.IsNullOrWhiteSpace(Trainer))
            yield return $"{nameof(Trainer)} is empty; name the trainer and its version, such as an image with its digest.";
        if (TimeLimit <= TimeSpan.Zero || TimeLimit > TimeSpan.FromDays(45))
            yield return Invariant($"{nameof(TimeLimit)} is {TimeLimit}; it must be positive and 45 days at most.");
        if (!IsInside(Checkpoint)) yield return $"{nameof(Checkpoint)} is '{Checkpoint}'; it must be a path below the run's folder.";
        if (Metrics is not null && !IsInside(Metrics))
            yield return $"{nameof(Metrics)} is '{Metrics}'; it must be a path below the run's folder.";
        foreach (var name in Inputs.Keys)
        {
            if (ReservedNames.Contains(name))
                yield return $"An input is named '{name}', which is a placeholder already; choose another name.";
            else if (!InputName().IsMatch(name))
                yield return $"An input is named '{name}'; a name is a letter or '_' and then letters, digits or '_'.";
        }

        var secrets = InheritedSecrets.Here();
        if (Arguments.Append(Command).Concat(Variables.Values).Select(secrets.In).FirstOrDefault(name => name is not null) is { } secret)
            yield return $"An argument or variable holds the value of the environment variable '{secret}'; it would be written to run.json. The program inherits that variable: let it read it there.";
        foreach (var name in Variables.Keys)
            if (InheritedSecrets.IsName(name)) yield return $"The environment variable '{name}' is named like a secret; it would be written to run.json. Set it where the tests are started, so that the program inherits it.";
            else if (name.Length == 0 || name.Contains('=') || name.Contains('\0'))
                yield return $"An environment variable is named '{name}'; a name is not empty and has no '='.";
            else if (name is DirectoryVariable or AttemptVariable or SeedVariable or BaseVariable)
                yield return $"The environment variable '{name}' is set by the run itself; leave it out.";
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The settings have problems, or an input or the base is missing. Exit code 65.</exception>
    public JsonObject Describe()
    {
        RequireSound();
        return new JsonObject
        {
            ["kind"] = "external",
            ["command"] = Command,
            ["arguments"] = new JsonArray([.. Arguments.Select(a => JsonValue.Create(a))]),
            ["variables"] = new JsonObject(Variables.Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
            ["inputs"] = new JsonObject(Inputs.Select(i => KeyValuePair.Create(i.Key, (JsonNode?)ExternalRunInput.DigestOf(i.Value, $"Input '{i.Key}' of run '{Name}'")))),
            ["trainer"] = Trainer,
            ["base"] = ExternalRunInput.DigestOf(Base, $"The base model of run '{Name}'"),
            ["checkpoint"] = Checkpoint,
            ["metrics"] = Metrics,
            ["seed"] = Seed,
        };
    }

    /// <summary>The compute environment as declared by the caller: none of it is observable from here.</summary>
    public RunEnvironment Environment() =>
        new() { Engine = Trainer, Device = Device, Dtype = Dtype, Threads = 0, CodeDigest = "external-1" };

    /// <inheritdoc/>
    /// <exception cref="TrainingFailedException">The command ended with an exit code other than 0, took too long, or left no whole
    /// checkpoint; the message has the last lines it printed.</exception>
    /// <exception cref="UserErrorException">The settings have problems (exit code 65), or the command cannot be started (exit code
    /// 69).</exception>
    public async Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        RequireSound();
        directory = Path.GetFullPath(directory);
        var attempt = AttemptIn(directory);
        var files = new ExternalRunFiles(directory, Checkpoint, Metrics);
        files.Prepare();

        var words = Words(directory, attempt);
        string Expanded(string text) => Placeholder().Replace(text, match => words.GetValueOrDefault(match.Groups[1].Value, match.Value));
        var variables = Variables.ToDictionary(v => v.Key, v => Expanded(v.Value), StringComparer.Ordinal);
        (variables[DirectoryVariable], variables[AttemptVariable], variables[SeedVariable], variables[BaseVariable]) = (directory, words["attempt"], words["seed"], words["base"]);

        using var log = new ExternalRunLog(Path.Combine(directory, RunLayout.Log),
            line => progress.Report(new RunProgress("train", 0, 0, line)));
        log.Begin(attempt, Command);
        if (Slurm is { } settings) Require(settings);
        var (exitCode, state) = Slurm is null
            ? (await new ExternalRunProcess(Expanded(Command), [.. Arguments.Select(Expanded)], variables, directory, Time).RunAsync(log, TimeLimit, cancellationToken), null)
            : await new ExternalRunJob(Expanded(Command), [.. Arguments.Select(Expanded)], variables, directory, Slurm, Time).RunAsync(log, TimeLimit, cancellationToken);
        if (state is not null && exitCode is null) throw Failed($"ended as a job of Slurm that left no exit code; Slurm knows {state}", attempt, log);
        if (exitCode is null) throw Failed(Invariant($"took longer than its time limit of {TimeLimit} and was killed"), attempt, log);
        if (exitCode != 0) throw Failed(Invariant($"ended with exit code {exitCode}") + (state is null ? "" : $"; Slurm knows {state}"), attempt, log);
        if (files.Collect() is { } problem) throw Failed($"ended with exit code 0, but {problem}", attempt, log);
        var metrics = MetricsSummary.Read(Path.Combine(directory, RunLayout.Metrics), cancellationToken);
        if (metrics.Last.TryGetValue("loss", out var loss) && !double.IsFinite(loss)) throw Failed(Invariant($"ended with exit code 0, but the last loss it logged is {loss}; lower the learning rate or look at the data, a model trained so is not worth measuring"), attempt, log);
    }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The opened model does not identify its weights. Exit code 65.</exception>
    public ILanguageModel Open(string checkpointDirectory) => WithDigest(OpenWith(checkpointDirectory), checkpointDirectory);

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The opened model does not identify its weights. Exit code 65.</exception>
    public ILanguageModel OpenReference() => WithDigest(OpenWith(Path.GetFullPath(Base)), Base);

    string? IRecipe.ReferenceDirectory => Path.GetFullPath(Base);

    private ILanguageModel WithDigest(ILanguageModel model, string directory)
    {
        if (model.Identity.WeightsDigest.Length > 0) return model;
        (model as IDisposable)?.Dispose();
        throw new UserErrorException($"The model that {nameof(OpenWith)} of run '{Name}' opened on {directory} has no weights' digest, so it could not be distinguished from another. Give one; {nameof(ExternalCheckpoint)}.{nameof(ExternalCheckpoint.DigestOf)} gives that of a folder.");
    }

    private static int AttemptIn(string directory)
    {
        var path = Path.Combine(directory, RunLayout.Attempts);
        return File.Exists(path) && int.TryParse(BoundedFile.ReadText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            ? Math.Max(n, 1)
            : 1;
    }

    private Dictionary<string, string> Words(string directory, int attempt)
    {
        var words = Inputs.ToDictionary(i => i.Key, i => Path.GetFullPath(i.Value), StringComparer.Ordinal);
        words["directory"] = directory;
        words["seed"] = Seed.ToString(CultureInfo.InvariantCulture);
        words["attempt"] = attempt.ToString(CultureInfo.InvariantCulture);
        words["base"] = Path.GetFullPath(Base);
        return words;
    }

    private TrainingFailedException Failed(string what, int attempt, ExternalRunLog log) =>
        new(Invariant($"The command '{Command}' of run '{Name}' {what} (attempt {attempt}). All it printed is in {log.FilePath}; ") + log.TailInWords());

    private void RequireSound()
    {
        var problems = Problems().ToList();
        if (problems.Count > 0) throw new UserErrorException($"Run '{Name}': {string.Join(" ", problems)}");
    }

    private void Require(SlurmSettings settings)
    {
        if (settings.Problems().FirstOrDefault() is { } problem) throw new UserErrorException($"Run '{Name}': {nameof(Slurm)}: {problem}");
    }

    private static bool IsInside(string path) =>
        path.Length > 0 && !Path.IsPathRooted(path) && path.Split('/', '\\').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex InputName();
}
