using System.Text.Json;
using SafetyGate.Core.Files;

namespace SafetyGate.Studies.Trl;

/// <summary>Reads the runs TRL made on the pocket prototype.</summary>
public static class TrlRuns
{
    /// <summary>The file, in the prototype's directory.</summary>
    public const string FileName = "trl_runs.json";

    /// <summary>The runs that have a reward curve; runs of other trainers are left out.</summary>
    /// <param name="directory">The prototype's directory.</param>
    /// <exception cref="UserErrorException">The file cannot be read or is not such a file.</exception>
    public static IReadOnlyList<TrlRun> Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            using var document = JsonDocument.Parse(BoundedFile.ReadText(path, 256L << 20));
            return [.. document.RootElement.GetProperty("runs").EnumerateArray().Where(run => run.GetProperty("curve").GetArrayLength() > 0).Select(Parse)];
        }
        catch (Exception e) when (e is UserErrorException)
        {
            throw new UserErrorException($"{path}: cannot be read: {e.Message} Give the directory of the pocket prototype, with a checkpoint, data/ and {FileName}.", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UserErrorException($"{path}: is not a file of TRL's runs: {e.Message}", e);
        }
    }

    private static TrlRun Parse(JsonElement run) => new()
    {
        Name = run.GetProperty("name").GetString()!,
        Seed = run.GetProperty("seed").GetUInt64(),
        Rewards = [.. run.GetProperty("curve").EnumerateArray().Select(step => step.GetProperty("reward").GetDouble())],
        SumsGreedy = run.GetProperty("sums_greedy").GetDouble(),
        SumsSampled = run.GetProperty("sums_t1").GetDouble(),
        RefusalGreedy = Pooled(run.GetProperty("refusal_greedy")),
        RefusalSampled = Pooled(run.GetProperty("refusal_t1")),
        OverRefusalGreedy = run.GetProperty("over_refusal_greedy").GetDouble(),
        OverRefusalSampled = run.GetProperty("over_refusal_t1").GetDouble(),
        SafetyKl = run.GetProperty("kl_safety_nats").GetDouble(),
        Seconds = run.GetProperty("seconds").GetDouble(),
    };

    private static double Pooled(JsonElement suites) => suites.EnumerateObject().Average(suite => suite.Value.GetDouble());
}
