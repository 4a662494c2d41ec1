using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Harness.Evaluation;

/// <summary>One response and its score: a line of <c>evaluations/*.jsonl</c>.</summary>
public sealed record ScoredResponse
{
    /// <summary>The response. A response the model never gave has <see cref="FinishReason.Error"/>.</summary>
    public required Response Response { get; init; }

    /// <summary>The score.</summary>
    public required ItemScore Score { get; init; }

    /// <summary>SHA-256 of the response's text in UTF-8; lower-case hex.</summary>
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Response.Text)));
}
