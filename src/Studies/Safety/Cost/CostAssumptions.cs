namespace SafetyGate.Studies.Safety.Cost;

/// <summary>What the cost of a study on a real checkpoint is computed from. Immutable; vary it with <c>with</c>.</summary>
public sealed record CostAssumptions
{
    /// <summary>Tokens of a prompt.</summary>
    public int PromptTokens { get; init; } = 150;

    /// <summary>Tokens of a response to a problem, all drawn.</summary>
    public int ResponseTokens { get; init; } = 320;

    /// <summary>Tokens of a response to a request, all drawn.</summary>
    public int RequestTokens { get; init; } = 128;

    /// <summary>Steps of a run that ends at its last one.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>Steps between two probes of the validation split.</summary>
    public int EverySteps { get; init; } = 10;

    /// <summary>Problems of the validation split.</summary>
    public int Validation { get; init; } = 300;

    /// <summary>Requests of all suites, over-refusal included.</summary>
    public int Requests { get; init; } = 1000;

    /// <summary>Problems of the test split.</summary>
    public int Problems { get; init; } = 1000;

    /// <summary>Rows of an update of fine-tuning or DPO.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Responses of a step of reinforcement learning.</summary>
    public int Rollouts { get; init; } = 256;

    /// <summary>Rank of the adapter.</summary>
    public int Rank { get; init; } = 16;

    /// <summary>Products and sums a second in training, 10¹².</summary>
    public double TeraFlops { get; init; } = 200;

    /// <summary>Milliseconds of a decoding step at least, whatever the model's size.</summary>
    public double LeastStepMilliseconds { get; init; } = 5;

    /// <summary>Bytes of weights a second that decoding reads, 10⁹.</summary>
    public double GigabytesPerSecond { get; init; } = 2300;

    /// <summary>Rows decoded at once.</summary>
    public int DecodedRows { get; init; } = 256;
}
