using System.Text.Json;
using SafetyGate.Models;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Grpo;

namespace SafetyGate.Studies.Trees;

/// <summary>
/// Finished runs of a study in a JSON Lines file, so that a long table can be made in parts. A run of other code, settings or trees is not
/// reused.
/// </summary>
public sealed class TreeJournal
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly string _path, _code;
    private readonly Dictionary<string, TreeResult> _done = new(StringComparer.Ordinal);

    /// <summary>Opens a journal, which need not be there yet.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserErrorException">A line is not a run; the message names it.</exception>
    public TreeJournal(string path)
    {
        (_path, _code) = (path, TensorEngine.Digest(TensorEngine.Describe(typeof(GrpoTrainer).Assembly, typeof(TreeJournal).Assembly)));
        if (File.Exists(path))
            foreach (var row in JsonlRow.Read(path)) Take(row);
    }

    /// <summary>The stored result of a run; <c>null</c> when it is not there.</summary>
    /// <param name="study">Settings.</param>
    /// <param name="tree">The problem.</param>
    /// <param name="mode">The way of training.</param>
    /// <param name="seed">Seed of the sampling.</param>
    public TreeResult? Find(TreeStudy study, TokenTree tree, TreeMode mode, ulong seed) =>
        _done.GetValueOrDefault(Key(study, tree, mode, seed));

    /// <summary>Appends a result.</summary>
    /// <param name="study">Settings.</param>
    /// <param name="tree">The problem.</param>
    /// <param name="mode">The way of training.</param>
    /// <param name="result">Where the run ended.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(TreeStudy study, TokenTree tree, TreeMode mode, TreeResult result)
    {
        var key = Key(study, tree, mode, result.Seed);
        File.AppendAllText(_path, JsonSerializer.Serialize(new Line(key, result), Json) + "\n");
        _done[key] = result;
    }

    private void Take(JsonlRow row)
    {
        try
        {
            if (row.Json.Deserialize<Line>(Json) is { Key: { } key, Result: { } result }) _done[key] = result;
            else throw new UserErrorException($"{row.Source}: has no key and result. Remove the journal and start again.");
        }
        catch (JsonException e)
        {
            throw new UserErrorException($"{row.Source}: is not a run of this study: {e.Message} Remove the journal and start again.", e);
        }
    }

    // A tree is its content, not its name.
    private string Key(TreeStudy study, TokenTree tree, TreeMode mode, ulong seed) => Invariant(
        $"{_code} {JsonSerializer.Serialize(study)} {mode.Name} {JsonSerializer.Serialize(tree.Paths)} {tree.Vocabulary} {tree.Eos} {tree.Beta:R} {seed}");

    private sealed record Line(string Key, TreeResult Result);
}
