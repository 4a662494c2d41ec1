using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Slurm;

/// <summary>What a job asks of a Slurm cluster and finds there: the file <c>cluster.json</c>. No secrets.</summary>
public sealed partial record SlurmSettings
{
    internal const int MostTasks = 1000; // a cluster's usual MaxArraySize is 1001
    private static readonly string[] Own = ["array", "output", "error", "open-mode", "chdir", "job-name", "parsable", "requeue", "no-requeue", "signal", "wrap", "wait", "test-only"];

    /// <summary>Partition; the cluster's default if it is left out.</summary>
    public string? Partition { get; init; }

    /// <summary>Account that pays; the user's default if it is left out.</summary>
    public string? Account { get; init; }

    /// <summary>Quality of service.</summary>
    public string? Qos { get; init; }

    /// <summary>Features a node must have, as Slurm writes them: <c>h100|h200</c>.</summary>
    public string? Constraint { get; init; }

    /// <summary>GPUs of a task. Default 0.</summary>
    public int Gpus { get; init; }

    /// <summary>Cores of a task; also <c>OMP_NUM_THREADS</c>, unless the environment sets it. <c>null</c>: the cluster's default.</summary>
    public int? Cpus { get; init; }

    /// <summary>Memory of a task's node, such as <c>64G</c>; <c>null</c>: the cluster's default.</summary>
    public string? Memory { get; init; }

    /// <summary>
    /// Longest time of a task, as Slurm writes it: minutes, <c>4:00:00</c>, <c>2-12:00:00</c>. A task that reaches it saves its state and
    /// is queued again. <c>null</c>: the partition's.
    /// </summary>
    public string? Time { get; init; }

    /// <summary>Most tasks that run at the same time. Default 4.</summary>
    public int TasksAtOnce { get; init; } = 4;

    /// <summary>
    /// Environment variables of the tasks, besides those of who submits. <c>SAFETYGATE_STORE</c> here names the store that all nodes share.
    /// </summary>
    public JsonObject Environment { get; init; } = [];

    /// <summary>Lines of shell that run before the command, such as <c>module load cuda</c>.</summary>
    public IReadOnlyList<string> Setup { get; init; } = [];

    /// <summary>The <c>gate</c> command on the nodes with words before it, such as a container's. Default: the program that submits.</summary>
    public IReadOnlyList<string> Gate { get; init; } = [];

    /// <summary>Further options of <c>sbatch</c>, each one word: <c>--exclude=node7</c>.</summary>
    public IReadOnlyList<string> SbatchOptions { get; init; } = [];

    /// <summary>Reads <c>cluster.json</c>.</summary>
    /// <exception cref="UserErrorException">It is missing or not strict JSON, a key is unknown, or a value is not allowed; the message names
    /// file, line and key.</exception>
    public static SlurmSettings Load(string path)
    {
        var node = StrictJson.ReadFile(path);
        var settings = StrictJsonBinder.Bind<SlurmSettings>(node);
        return settings.Problems().FirstOrDefault() is { } problem ? throw node.Error(problem) : settings;
    }

    /// <summary>The environment variables of the tasks.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables()
    {
        if (Cpus is { } cpus && !Environment.ContainsKey("OMP_NUM_THREADS")) yield return new("OMP_NUM_THREADS", Invariant($"{cpus}"));
        foreach (var (name, value) in Environment) yield return new(name, value!.GetValue<string>());
    }

    /// <summary>The folder of the store that the tasks use: that of the environment here, or of this process.</summary>
    public string Store => Variables().FirstOrDefault(variable => variable.Key == StoreLocation.Variable).Value is { Length: > 0 } store ? Path.GetFullPath(store) : StoreLocation.FromEnvironment();

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (key, value, pattern, example) in ((string, string?, Regex, string)[])[
            ("partition", Partition, Name(), "gpu"), ("account", Account, Name(), "my-group"), ("qos", Qos, Name(), "normal"),
            ("constraint", Constraint, Features(), "h100|h200"), ("memory", Memory, Size(), "64G"), ("time", Time, Duration(), "4:00:00")])
            if (value is not null && !pattern.IsMatch(value)) yield return $"{key} is '{value}', which Slurm does not read; write it as in '{example}'.";
        if (Time is not null && Duration().IsMatch(Time) && !Clock().IsMatch(Time))
            yield return $"time is '{Time}': minutes and seconds end at 59, hours behind days at 23; write it as in '4:00:00' or '2-12:00:00'.";
        if (Gpus is < 0 or > 1024) yield return Invariant($"gpus is {Gpus}; it must lie in [0, 1024].");
        if (Cpus is < 1 or > 4096) yield return Invariant($"cpus is {Cpus}; it must lie in [1, 4096].");
        if (TasksAtOnce is < 1 or > MostTasks) yield return Invariant($"tasks_at_once is {TasksAtOnce}; it must lie in [1, {MostTasks}].");
        foreach (var (name, value) in Environment)
        {
            if (value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>().Any(char.IsControl)) yield return $"environment: the value of '{name}' must be a text of one line.";
            else if (!Variable().IsMatch(name)) yield return $"environment: '{name}' is no name of a variable; it is letters, digits and '_', and begins with no digit.";
            else if (InheritedSecrets.IsName(name)) yield return $"environment: '{name}' is named like a secret, and would be written to the job's script. Set it where the job is submitted; Slurm hands it on.";
        }

        foreach (var (key, words) in (((string, IReadOnlyList<string>)[])[("setup", Setup), ("gate", Gate), ("sbatch_options", SbatchOptions)]))
            if (words.FirstOrDefault(word => word is null || string.IsNullOrWhiteSpace(word) || word.Any(char.IsControl)) is { } odd || words.Contains(null!)) yield return $"{key} holds an empty text or one of several lines; give one line each.";
        foreach (var option in SbatchOptions.Where(option => option is not null))
        {
            if (!Option().IsMatch(option)) yield return $"sbatch_options: '{option}' is no option in one word, such as --exclude=node7.";
            else if (Own.Contains(option[2..].Split('=')[0], StringComparer.Ordinal)) yield return $"sbatch_options: '{option}' is set by the submission itself; leave it out.";
        }
    }

    /// <summary>The options of <c>sbatch</c> for one task.</summary>
    internal IEnumerable<string> Resources()
    {
        if (Partition is not null) yield return $"--partition={Partition}";
        if (Account is not null) yield return $"--account={Account}";
        if (Qos is not null) yield return $"--qos={Qos}";
        if (Constraint is not null) yield return $"--constraint={Constraint}";
        if (Gpus > 0) yield return Invariant($"--gpus-per-node={Gpus}");
        if (Cpus is not null) yield return Invariant($"--cpus-per-task={Cpus}");
        if (Memory is not null) yield return $"--mem={Memory}";
        if (Time is not null) yield return $"--time={Time}";
        foreach (var option in SbatchOptions) yield return option;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.,-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z0-9_.,:&|*()\[\]-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Features();

    [GeneratedRegex(@"\A[0-9]{1,12}[KMGT]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    // Minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds.
    [GeneratedRegex(@"\A(?:[0-9]{1,6}(?::[0-9]{1,2}){0,2}|[0-9]{1,4}-[0-9]{1,2}(?::[0-9]{1,2}){0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Duration();

    [GeneratedRegex(@"\A(?:[0-9]+|[0-9]+-(?:[01]?[0-9]|2[0-3]))(?::[0-5]?[0-9])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"\A--[a-z][a-z-]*(?:=\S+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Option();
}
