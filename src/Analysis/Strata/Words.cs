namespace SafetyGate.Analysis.Strata;

/// <summary>Names of strata and trainings in messages and tables.</summary>
internal static class Words
{
    public static string Of(Stratum stratum) => stratum switch { Stratum.Easy => "easy", Stratum.Hard => "hard", _ => "medium" };

    public static string Of(TrainedOn trained) => trained switch
    {
        TrainedOn.None => "nothing",
        TrainedOn.Easy => "easy items",
        TrainedOn.Medium => "medium items",
        TrainedOn.Hard => "hard items",
        _ => "items of all strata",
    };
}
