namespace SafetyGate.Analysis.Patterns;

/// <summary>Says in one line why each of some items failed.</summary>
public interface IFailureAnalyst
{
    /// <summary>Its name, for the identity of results.</summary>
    string Name { get; }

    /// <summary>Changes whenever a line may change.</summary>
    string Version { get; }

    /// <summary>One line for each failed item, in their order.</summary>
    /// <param name="items">All items, the passed ones too.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<IReadOnlyList<FailureLine>> ExplainAsync(IReadOnlyList<AskedItem> items, CancellationToken cancellationToken);
}
