namespace SafetyGate.Core.Runs;

/// <summary>Names inside a run's folder.</summary>
public static class RunLayout
{
    /// <summary>The folder of the trained model, in Hugging Face layout.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>One JSON object for each logged step.</summary>
    public const string Metrics = "metrics.jsonl";

    /// <summary>Files a trainer may leave for users; kept unchanged.</summary>
    public const string Report = "report.json";

    /// <summary>Output of an external command, over all attempts; kept unchanged.</summary>
    public const string Log = "trainer.log";

    /// <summary>Factors of advantages, in a run that scales them.</summary>
    public const string Scales = "scales.jsonl";

    /// <summary>Reward models that a run learnt beside its policy, a folder each.</summary>
    public const string Rewards = "rewards";

    /// <summary>Probability of each training item's gold answer after each epoch, in a run that records it; kept unchanged.</summary>
    public const string Dynamics = "dynamics.jsonl";

    /// <summary>The store's record of the run; written last.</summary>
    public const string Record = "run.json";

    /// <summary>Signature of the record, in a signed store.</summary>
    internal const string Signature = "run.json.hmac";

    /// <summary>Responses of the trained model.</summary>
    public const string Evaluations = "evaluations";

    /// <summary>KL of the trained model to the untuned one, response by response.</summary>
    public const string Kl = "kl";

    /// <summary>How many attempts a run has had; only while it is trained.</summary>
    internal const string Attempts = "attempts";

    /// <summary>Why the last attempt failed; only while it is not finished.</summary>
    internal const string Failure = "failure.txt";

    /// <summary>Files of a working folder that are kept when the run is finished; a trainer's state to resume from is removed.</summary>
    internal static bool IsKept(string name) => name is Checkpoint or Metrics or Report or Log or Dynamics or Scales or Rewards or Record or Signature or Evaluations;
}
