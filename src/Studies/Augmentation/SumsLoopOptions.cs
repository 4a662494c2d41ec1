namespace SafetyGate.Studies.Augmentation;

/// <summary>Sizes of a loop on sums.</summary>
public sealed record SumsLoopOptions
{
    /// <summary>Changes of the problems that the first model was taught wrongly and the training data lack.</summary>
    public const int LongChanges = 4;

    /// <summary>Rows of the training data: sums of three changes.</summary>
    public int TrainRows { get; init; } = 400;

    /// <summary>Rows that are added.</summary>
    public int AddedRows { get; init; } = 200;

    /// <summary>Steps of every training, of 32 rows.</summary>
    public int Steps { get; init; } = 32;

    /// <summary>Problems of the validation split: as many of three as of four changes.</summary>
    public int ValidationItems { get; init; } = 200;

    /// <summary>Problems of the third split, which is read once.</summary>
    public int TestItems { get; init; } = 400;
}
