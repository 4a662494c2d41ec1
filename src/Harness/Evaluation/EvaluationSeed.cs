using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// The seed of an evaluation is derived from its inputs (digests of recipe, weights, benchmark), so that a rerun of the same
/// thing gives the same verdict: rerunning until green is not possible.
/// </summary>
public static class EvaluationSeed
{
    /// <summary>A seed that changes when any part, or the order of the parts, changes.</summary>
    /// <param name="parts">Digests, in a fixed order; at least one.</param>
    /// <exception cref="ArgumentException">No parts.</exception>
    public static ulong Derive(params IReadOnlyList<string> parts)
    {
        if (parts.Count == 0)
            throw new ArgumentException("A seed of nothing would be the same for everything; give at least one digest.", nameof(parts));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"{bytes.Length}:"))); // so that ("a","bc") and ("ab","c") differ
            hash.AppendData(bytes);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }
}
