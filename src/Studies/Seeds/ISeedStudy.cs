namespace SafetyGate.Studies.Seeds;

/// <summary>One section of <c>gate study seeds</c>: what a system around the gate must show, and the runs that show it.</summary>
public interface ISeedStudy
{
    /// <summary>The system it belongs to, such as <c>strata</c>; sections of a system stand together.</summary>
    string Group { get; }

    /// <summary>Name, such as <c>strata-planted</c>; unique. <c>--only</c> takes it, or the system's.</summary>
    string Name { get; }

    /// <summary>Title on the page.</summary>
    string Title { get; }

    /// <summary>What it must show, in a sentence or two.</summary>
    string MustShow { get; }

    /// <summary>Runs it. Trainings go through the store, and other figures that take long through <see cref="SeedStudyContext.Kept"/>, so that a
    /// killed study goes on where it stopped.</summary>
    /// <param name="context">Seeds, sizes and places.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken);
}
