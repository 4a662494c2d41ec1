namespace SafetyGate.Trainers.Optimization;

/// <summary>Shapes of the learning rate over a run, under the names and with the meaning of the transformers library.</summary>
public enum ScheduleKind
{
    /// <summary>Warm-up, then down to 0 in a straight line.</summary>
    Linear,

    /// <summary>Warm-up, then half a cosine down to 0.</summary>
    Cosine,

    /// <summary>Warm-up, then cosines that start over.</summary>
    CosineWithRestarts,

    /// <summary>Warm-up, then a power of the share that is left, down to an end rate.</summary>
    Polynomial,

    /// <summary>The same rate throughout.</summary>
    Constant,

    /// <summary>Warm-up, then the same rate.</summary>
    ConstantWithWarmup,

    /// <summary>Warm-up, then one over the root of the step.</summary>
    InverseSqrt,

    /// <summary>Warm-up, then a cosine down to a floor.</summary>
    CosineWithMinLr,

    /// <summary>As <see cref="CosineWithMinLr"/>, with a warm-up that does not start at 0.</summary>
    CosineWarmupWithMinLr,

    /// <summary>Warm-up, plateau, decay.</summary>
    WarmupStableDecay,
}
