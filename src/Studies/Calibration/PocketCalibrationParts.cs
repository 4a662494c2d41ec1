namespace SafetyGate.Studies.Calibration;

/// <summary>Parts of a calibration.</summary>
[Flags]
public enum PocketCalibrationParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The approved model against itself.</summary>
    Checkpoint = 1,

    /// <summary>Known drops.</summary>
    Planted = 2,

    /// <summary>The unchanged recipe over seeds and thread counts.</summary>
    Recipe = 4,

    /// <summary>Everything.</summary>
    All = Checkpoint | Planted | Recipe,
}
