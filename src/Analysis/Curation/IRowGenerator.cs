namespace SafetyGate.Analysis.Curation;

/// <summary>Makes rows of a strategy: a task grammar, or a chat model.</summary>
public interface IRowGenerator
{
    /// <summary>Its name, for the identity of results.</summary>
    string Name { get; }

    /// <summary>Makes rows; fewer than wanted are taken as they come, more are cut.</summary>
    /// <param name="strategy">What they should be like.</param>
    /// <param name="count">How many.</param>
    /// <param name="attempt">0 for the first rows, then the number of the try again.</param>
    /// <param name="feedback">Why rows of earlier tries were rejected, the commonest reason first; none of their text.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    Task<IReadOnlyList<DraftRow>> GenerateAsync(Strategy strategy, int count, int attempt, IReadOnlyList<string> feedback, CancellationToken cancellationToken);
}
