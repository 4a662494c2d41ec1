using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// The files of one evaluation: <c>KEY.jsonl</c> with the responses, <c>KEY.json</c> beside it with the key's parts and the SHA-256 of the
/// former, written last.
/// </summary>
internal sealed class StoredResponses(string directory, string key, JsonObject description, StoreTrust trust, StoreSeal seal)
{
    private const string Kind = "responses", UnfinishedKind = "unfinished responses";

    /// <summary>The responses.</summary>
    public string ResponsesPath { get; } = Path.Combine(directory, key + ".jsonl");

    private string HeaderPath => Path.Combine(directory, key + ".json");

    private string UnfinishedPath => Path.Combine(directory, key + ".unfinished.jsonl");

    /// <summary>The finished responses, or their problem; neither if there are none.</summary>
    public (IReadOnlyList<Response>? Responses, string? Problem) Read()
    {
        var (scored, problem) = ReadScored();
        return (scored is null ? null : [.. scored.Select(r => r.Response)], problem);
    }

    /// <summary>The same with the scores that were written beside the responses.</summary>
    public (IReadOnlyList<ScoredResponse>? Responses, string? Problem) ReadScored()
    {
        trust.Require(directory, HeaderPath, ResponsesPath);
        if (!File.Exists(HeaderPath)) return (null, null); // the header is written last: without it nothing was finished
        try
        {
            var header = StoredHeader.Read(HeaderPath);
            if (!JsonNode.DeepEquals(JsonNode.Parse(CanonicalJson.Write(header["evaluation"])),
                JsonNode.Parse(CanonicalJson.Write(description))))
                return (null, "its header describes another evaluation");
            if (!seal.Holds(Kind, header)) return (null, StoreSeal.Missing);
            var sha256 = Sha256Of(ResponsesPath);
            if ((string?)header["sha256"] != sha256)
                return (null, $"its responses have the SHA-256 {sha256}; {(string?)header["sha256"]} was recorded");
            return (ResponseFile.Read(ResponsesPath), null);
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or InvalidOperationException or NullReferenceException or ArgumentException or IOException or UserErrorException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>
    /// Responses of an interrupted evaluation; empty if there are none, or they are not those that were saved for this evaluation.
    /// </summary>
    public IReadOnlyList<Response> ReadUnfinished()
    {
        trust.Require(directory, UnfinishedPath);
        try
        {
            if (!File.Exists(UnfinishedPath)) return [];
            var bytes = Utf8File.Read(UnfinishedPath, 1L << 30);
            var end = bytes.AsSpan().TrimEnd((byte)'\n').LastIndexOf((byte)'\n') + 1; // the last line signs those before it
            if (JsonBounds.Small.Problem(bytes.AsSpan(end)) is not null) return [];
            var last = (JsonObject)JsonNode.Parse(bytes.AsSpan(end))!;
            if ((string?)last["evaluation"] != key || (string?)last["sha256"] != Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(0, end)))
                || !seal.Holds(UnfinishedKind, last)) return [];
            return [.. ResponseFile.Parse(new MemoryStream(bytes, 0, end, writable: false), UnfinishedPath).Select(r => r.Response)];
        }
        catch (Exception e) when (e is UserErrorException or JsonException or InvalidCastException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return []; // generated again
        }
    }

    /// <summary>Saves the responses of an evaluation so far, with their digest in the last line.</summary>
    public void WriteUnfinished(IEnumerable<Response> responses)
    {
        var notYet = ItemScore.Unscored("not scored yet");
        var text = ResponseFile.Text(responses.Select(r => new ScoredResponse { Response = r, Score = notYet }));
        var last = new JsonObject { ["evaluation"] = key, ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) };
        seal.Sign(UnfinishedKind, last);
        Write(() => RunStore.WriteWhole(UnfinishedPath, text + last.ToJsonString() + "\n"));
    }

    /// <summary>Keeps a finished evaluation.</summary>
    /// <param name="responses">The responses with their scores.</param>
    /// <param name="items">The items, whose behaviors are written into the header.</param>
    public void Write(IReadOnlyList<ScoredResponse> responses, IReadOnlyList<BenchmarkItem> items) => Write(() =>
    {
        File.Delete(HeaderPath);
        ResponseFile.Write(ResponsesPath, responses);
        var header = new JsonObject
        {
            ["evaluation"] = description.DeepClone(), ["responses"] = responses.Count, ["sha256"] = Sha256Of(ResponsesPath)
        };
        header["behaviors"] = new JsonObject([.. items.Where(item => item.Behavior is not null).Select(item => KeyValuePair.Create(item.Id, (JsonNode?)item.Behavior))]);
        seal.Sign(Kind, header);
        RunStore.WriteWhole(HeaderPath, header.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n");
        File.Delete(UnfinishedPath);
    });

    private void Write(Action write)
    {
        try
        {
            Directory.CreateDirectory(directory);
            trust.Require(directory, HeaderPath, ResponsesPath, UnfinishedPath);
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.CannotWrite($"the responses {ResponsesPath}", e);
        }
    }

    private static string Sha256Of(string path)
    {
        using var stream = BoundedFile.Open(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
