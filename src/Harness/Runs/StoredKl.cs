using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// The files of one KL measurement: <c>KEY.jsonl</c>, one response a line, and <c>KEY.json</c> with the key's parts and the SHA-256 of the
/// former, written last.
/// </summary>
internal sealed class StoredKl(string directory, string key, JsonObject description, StoreTrust trust, StoreSeal seal)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    private const string Kind = "kl";
    private const long LongestSamples = 256L << 20;

    private string SamplesPath => Path.Combine(directory, key + ".jsonl");

    private string HeaderPath => Path.Combine(directory, key + ".json");

    /// <summary>The samples, or their problem; neither if there are none.</summary>
    public (IReadOnlyList<KlSample>? Samples, string? Problem) Read()
    {
        trust.Require(directory, HeaderPath, SamplesPath);
        if (!File.Exists(HeaderPath)) return (null, null);
        try
        {
            var header = StoredHeader.Read(HeaderPath);
            if (CanonicalJson.Write(header["measurement"]) != CanonicalJson.Write(description))
                return (null, "its header describes another measurement");
            if (!seal.Holds(Kind, header)) return (null, StoreSeal.Missing);
            var text = BoundedFile.ReadText(SamplesPath, LongestSamples);
            if ((string?)header["sha256"] != Sha256Of(text)) return (null, "its samples are not those that were written");
            return ([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<KlSample>(line, Options) ?? throw new JsonException("a sample is null"))], null);
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or InvalidOperationException or NullReferenceException or ArgumentException or IOException or UserErrorException)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Keeps a finished measurement.</summary>
    public void Write(IReadOnlyList<KlSample> samples)
    {
        try
        {
            Directory.CreateDirectory(directory);
            trust.Require(directory, HeaderPath, SamplesPath);
            File.Delete(HeaderPath);
            var text = string.Concat(samples.Select(sample => JsonSerializer.Serialize(sample, Options) + "\n"));
            RunStore.WriteWhole(SamplesPath, text);
            var header = new JsonObject
            {
                ["measurement"] = description.DeepClone(), ["samples"] = samples.Count, ["sha256"] = Sha256Of(text)
            };
            seal.Sign(Kind, header);
            RunStore.WriteWhole(HeaderPath, header.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.CannotWrite($"the KL measurement {SamplesPath}", e);
        }
    }

    private static string Sha256Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
