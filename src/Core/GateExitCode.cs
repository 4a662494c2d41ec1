namespace SafetyGate.Core;

/// <summary>Exit codes of <c>gate</c>. When several verdicts hold: 1, then 3, then 2.</summary>
public static class GateExitCode
{
    /// <summary>Every gate passed.</summary>
    public const int Passed = 0;

    /// <summary>A gate failed.</summary>
    public const int Regressed = 1;

    /// <summary>Inconclusive under a failing policy.</summary>
    public const int Inconclusive = 2;

    /// <summary>Not comparable, or no baseline.</summary>
    public const int NotComparable = 3;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Input data is bad; an unknown recipe key too.</summary>
    public const int BadInput = 65;

    /// <summary>The engine or the device is missing or has too little memory, or an endpoint or a command cannot be used.</summary>
    public const int MissingEngine = 69;

    /// <summary>A bug of ours.</summary>
    public const int Internal = 70;

    /// <summary>A file cannot be written.</summary>
    public const int CannotWrite = 74;

    /// <summary>Training failed.</summary>
    public const int TrainingFailed = 75;

    /// <summary>Cancelled.</summary>
    public const int Cancelled = 130;
}
