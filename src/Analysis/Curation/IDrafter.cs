using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>Turns patterns into strategies. It sees names and properties of patterns, no item.</summary>
public interface IDrafter
{
    /// <summary>Its name, for the identity of results.</summary>
    string Name { get; }

    /// <summary>One strategy for each pattern, rows in proportion to the failures.</summary>
    /// <param name="patterns">The patterns; at least one.</param>
    /// <param name="rows">Rows in all; at least one for each.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<IReadOnlyList<Strategy>> DraftAsync(IReadOnlyList<FoundPattern> patterns, int rows, CancellationToken cancellationToken);
}
