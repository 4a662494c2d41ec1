using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Rescoring;

/// <summary>
/// The responses of a store by content: benchmark, item and digest of the text. Finds the responses an approved baseline records, whichever
/// run gave them.
/// </summary>
public sealed class ResponseArchive
{
    private readonly Dictionary<(string Benchmark, string Id, string Digest), Response?> _found = [];

    /// <summary>Reads evaluations.</summary>
    /// <param name="evaluations">Stored evaluations; those of other benchmarks are not read.</param>
    /// <param name="benchmarks">Digests of the benchmarks that will be looked up.</param>
    /// <exception cref="UserErrorException">Stored responses are corrupt.</exception>
    public ResponseArchive(IEnumerable<StoredEvaluation> evaluations, IReadOnlySet<string> benchmarks)
    {
        foreach (var evaluation in evaluations.Where(e => benchmarks.Contains(e.BenchmarkDigest)))
            foreach (var scored in evaluation.Read())
            {
                var key = (evaluation.BenchmarkDigest, scored.Response.PromptId, scored.Digest);
                // The same words that once ended by themselves and once were cut are two responses: which was approved cannot be known.
                if (!_found.TryAdd(key, scored.Response) && _found[key] is { } known && known.FinishReason != scored.Response.FinishReason)
                    _found[key] = null;
            }
    }

    /// <summary>The response with this digest to this item; <c>null</c> when none is stored, or several that ended differently.</summary>
    public Response? Find(string benchmarkDigest, string itemId, string digest) =>
        _found.GetValueOrDefault((benchmarkDigest, itemId, digest));
}
