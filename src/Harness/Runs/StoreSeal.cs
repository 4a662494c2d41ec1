using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Runs;

/// <summary>
/// Signatures of a store's entries: HMAC-SHA256 under a key that a team shares (<c>$SAFETYGATE_STORE_KEY</c>). With a key, an entry without
/// its signature is not adopted; without one, nothing is signed or asked for.
/// </summary>
internal sealed class StoreSeal
{
    /// <summary>The environment variable with the key.</summary>
    public const string Variable = "SAFETYGATE_STORE_KEY";

    /// <summary>What an entry lacks that is not signed with the key.</summary>
    public const string Missing = $"it is not signed with the key in {Variable}";

    private const string Member = "hmac", Domain = "safetygate-store/1";
    private const int ShortestKey = 16;
    private readonly byte[]? _key;

    /// <summary>Signatures under a key; <c>null</c> or empty: none.</summary>
    /// <exception cref="UserErrorException">The key is short enough to be guessed (exit code 64).</exception>
    public StoreSeal(string? key)
    {
        if (string.IsNullOrEmpty(key)) return;
        if (key.Length < ShortestKey)
            throw new UserErrorException(Invariant($"{Variable} has {key.Length} characters; at least {ShortestKey} are needed, such as 'openssl rand -hex 32' gives."), GateExitCode.Usage);
        _key = Encoding.UTF8.GetBytes(key);
    }

    /// <summary>Whether entries are signed.</summary>
    public bool IsAsked => _key is not null;

    /// <summary>Signatures under this process's key.</summary>
    public static StoreSeal FromEnvironment() => new(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The signature of a text; <c>null</c> without a key.</summary>
    /// <param name="kind">What the text is, so that one entry cannot pass as another kind.</param>
    /// <param name="text">The text.</param>
    public string? Of(string kind, string text) =>
        _key is null ? null : Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{Domain}\n{kind}\n{text}")));

    /// <summary>Whether a text may be adopted: it has its signature, or none is asked for.</summary>
    public bool Holds(string kind, string text, string? signature) =>
        Of(kind, text) is not { } expected
        || (signature is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature)));

    /// <summary>Adds the signature to a header.</summary>
    public void Sign(string kind, JsonObject header)
    {
        if (Of(kind, CanonicalJson.Write(header)) is { } signature) header[Member] = signature;
    }

    /// <summary>Whether a header may be adopted.</summary>
    public bool Holds(string kind, JsonObject header)
    {
        if (_key is null) return true;
        var rest = (JsonObject)header.DeepClone();
        rest.Remove(Member);
        return Holds(kind, CanonicalJson.Write(rest), header[Member] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null);
    }
}
