using System.Security.Cryptography;
using System.Text;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Adapters;

/// <summary>Which weights a base and an adapter are together.</summary>
internal static class AdapterDigest
{
    /// <summary>
    /// SHA-256 over the base's digest, the adapter's tensors as they are stored, and the factor of each product; lower-case hex. An adapter that
    /// changes nothing leaves the base's digest.
    /// </summary>
    /// <param name="baseDigest">The base's <see cref="WeightsDigest"/>.</param>
    /// <param name="file">Where the adapter was read from. Borrowed.</param>
    /// <param name="adapter">The adapter. Borrowed.</param>
    public static string Of(string baseDigest, AdapterFile file, Adapter adapter)
    {
        if (!adapter.HasEffect()) return baseDigest;
        var scales = string.Concat(adapter.Plan.Targets.Select(target => Invariant($"\n{target.Module} {target.Scale:R}")));
        var text = Invariant($"adapter\n{baseDigest}\n{WeightsDigest.Of(file.Tensors)}{scales}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
