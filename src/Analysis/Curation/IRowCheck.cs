namespace SafetyGate.Analysis.Curation;

/// <summary>One check of generated rows.</summary>
public interface IRowCheck
{
    /// <summary>Its name, such as <c>verifier</c>; rejections are counted by it.</summary>
    string Name { get; }

    /// <summary>Why a row is rejected, in a few words that repeat nothing of the row; <c>null</c> if it is not.</summary>
    /// <param name="row">The row.</param>
    /// <param name="strategy">What it should be like.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken);
}
