namespace SafetyGate.Studies.Augmentation;

/// <summary>Sizes of a loop on sums.</summary>
public sealed record SumsLoopOptions
{
    /// <summary>Changes of the problems that the training data lack.</summary>
    public const int LongChanges = 5;

    /// <summary>Rows of the training data: sums of three and four changes.</summary>
    public int TrainRows { get; init; } = 600;

    /// <summary>Rows that are added.</summary>
    public int AddedRows { get; init; } = 200;

    /// <summary>Steps of every training, of 32 rows.</summary>
    public int Steps { get; init; } = 32;

    /// <summary>Problems of the validation split: as many of three, four and five changes.</summary>
    public int ValidationItems { get; init; } = 240;

    /// <summary>Problems of the third split, which is read once.</summary>
    public int TestItems { get; init; } = 480;
}
