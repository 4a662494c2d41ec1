using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Seeds;

/// <summary>Runs sections of the study one after another. One that ends with an error is no on the page, with the error, and the others go on.</summary>
public static class SeedStudyRun
{
    /// <summary>Runs them.</summary>
    /// <param name="studies">The sections; at least one.</param>
    /// <param name="context">Seeds, sizes and places.</param>
    /// <param name="cancellationToken">Stops the work; finished pieces stay in the store.</param>
    /// <exception cref="ArgumentException">There is no section, a section has no claim, or there are no seeds.</exception>
    public static async Task<IReadOnlyList<(ISeedStudy Study, SeedSection Section)>> RunAsync(IReadOnlyList<ISeedStudy> studies, SeedStudyContext context,
        CancellationToken cancellationToken)
    {
        if (studies.Count == 0 || context.Seeds.Count == 0) throw new ArgumentException("The study has no sections or no seeds; give at least one of each.", nameof(studies));
        List<(ISeedStudy, SeedSection)> results = [];
        foreach (var study in studies)
        {
            context.Progress.Report(new RunProgress("seeds", results.Count, studies.Count, study.Name));
            var section = await RunAsync(study, context, cancellationToken);
            if (section.Claims.Count == 0) throw new ArgumentException($"The section '{study.Name}' makes no claim.", nameof(studies));
            results.Add((study, section));
        }

        context.Progress.Report(new RunProgress("seeds", studies.Count, studies.Count, ""));
        return results;
    }

    private static async Task<SeedSection> RunAsync(ISeedStudy study, SeedStudyContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await study.RunAsync(context, cancellationToken);
        }
        catch (UserErrorException e)
        {
            context.Progress.Report(new RunProgress("warning", 0, 0, $"{study.Name} ended with an error: {e.Message}"));
            var ended = SeedClaim.Exact("the section runs to its end", "no error", 0, false, context.Seeds.Count);
            return new() { Setup = "The section ended with an error, and nothing of it is shown.", Claims = [ended with { Value = null, Remark = e.Message }] };
        }
    }
}
