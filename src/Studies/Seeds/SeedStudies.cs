namespace SafetyGate.Studies.Seeds;

/// <summary>The sections of <c>gate study seeds</c>, in the order of the page.</summary>
public static class SeedStudies
{
    /// <summary>The systems, in the order of the page, with their titles.</summary>
    public static IReadOnlyList<(string Name, string Title)> Systems { get; } =
    [
        ("strata", "Easy data and hard tasks"),
        ("dynamics", "Explanations and hardness"),
        ("patterns", "Failure patterns and targeted data"),
        ("distill", "Data-efficient distillation"),
        ("irl", "Safety from demonstrations, scaled by difficulty"),
    ];

    /// <summary>All sections.</summary>
    public static IReadOnlyList<ISeedStudy> All { get; } =
    [
        new StrataPlantedStudy(),
        new StrataTrendStudy(),
        new StrataHardnessStudy(),
        new DynamicsLabelStudy(),
        new DynamicsExplanationStudy(),
        new PlantedPatternStudy(),
        new WrongLabelStudy(),
        new AugmentationStudy(),
        new TeacherChoiceStudy(),
        new FunnelStudy(),
        new KnownRewardStudy(),
        new RoutedRewardStudy(),
        new ScaledAdvantageStudy(),
    ];

    /// <summary>The sections of given names of sections or systems; all when none is given.</summary>
    /// <param name="names">Names.</param>
    /// <exception cref="UserErrorException">A name is unknown (exit code 64).</exception>
    public static IReadOnlyList<ISeedStudy> Of(IReadOnlyList<string> names)
    {
        string[] known = [.. All.Select(study => study.Group).Distinct(), .. All.Select(study => study.Name)];
        if (names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown)
            throw new UserErrorException($"--only is '{unknown}'; it must be one of {string.Join(", ", known)}.", GateExitCode.Usage);
        return names.Count == 0 ? All : [.. All.Where(study => names.Contains(study.Group) || names.Contains(study.Name))];
    }
}
