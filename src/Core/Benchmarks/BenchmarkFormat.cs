namespace SafetyGate.Core.Benchmarks;

/// <summary>How a benchmark file is written.</summary>
public enum BenchmarkFormat
{
    /// <summary>One JSON object a line (<c>.jsonl</c>, <c>.ndjson</c>). Lines end at <c>\n</c> only.</summary>
    Jsonl,

    /// <summary>Comma-separated with a header, as in RFC 4180 (<c>.csv</c>).</summary>
    Csv,

    /// <summary>As <see cref="Csv"/>, with tabs (<c>.tsv</c>).</summary>
    Tsv,

    /// <summary>One JSON array of objects (<c>.json</c>).</summary>
    Json,
}
