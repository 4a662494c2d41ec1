namespace SafetyGate.Analysis.Patterns;

/// <summary>Texts as weighted words: needs no model.</summary>
public sealed class TfIdfFeatures : ITextFeatures
{
    /// <inheritdoc/>
    public string Name => "tf-idf";

    /// <inheritdoc/>
    public Task<IReadOnlyList<double[]>> OfAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var rows = TfIdf.Of(texts).Rows;
        return Task.FromResult<IReadOnlyList<double[]>>(rows[0].Length > 0 ? rows : [.. rows.Select(_ => new double[1])]);
    }
}
