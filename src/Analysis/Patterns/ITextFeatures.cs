namespace SafetyGate.Analysis.Patterns;

/// <summary>Makes points of texts.</summary>
public interface ITextFeatures
{
    /// <summary>Its name, for the identity of results.</summary>
    string Name { get; }

    /// <summary>A point for each text, all of one size; texts that are alike lie close, distances are about 1 otherwise.</summary>
    /// <exception cref="UserErrorException">They cannot be had.</exception>
    Task<IReadOnlyList<double[]>> OfAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);
}
