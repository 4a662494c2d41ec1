using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Ppo;

/// <summary>The weight of the KL: fixed, or steered from step to step so that the KL of a response nears a target (arXiv:1909.08593, 2.2).</summary>
/// <remarks>A steered weight follows from the metrics of the steps before, so a resumed run takes it from them.</remarks>
/// <param name="options">First weight, target and horizon.</param>
internal sealed class KlController(PpoOptions options)
{
    /// <summary>Name of the weight among the metrics.</summary>
    public const string CoefficientMetric = "objective/kl_coef";

    /// <summary>Name of the KL among the metrics: its sum over a response, mean over the responses.</summary>
    public const string KlMetric = "objective/kl";

    private const double MostError = 0.2;

    private (long Step, double Coefficient) _known = (0, options.KlCoef);

    /// <summary>Folder of the run's metrics; <c>null</c> for a run that keeps none.</summary>
    public string? Directory { get; set; }

    /// <summary>The weight in a step.</summary>
    /// <param name="step">Steps done before.</param>
    public double Of(long step)
    {
        if (options.AdaptiveKlTarget is null) return options.KlCoef;
        if (_known.Step != step) Follow(step, MetricsLog.Values(Directory!, CoefficientMetric)[(int)step - 1], MetricsLog.Values(Directory!, KlMetric)[(int)step - 1]);
        return _known.Coefficient;
    }

    /// <summary>Takes in the KL of a step.</summary>
    /// <param name="step">Steps done, with this one.</param>
    /// <param name="coefficient">The step's weight.</param>
    /// <param name="kl">Its KL, nats.</param>
    public void Follow(long step, double coefficient, double kl)
    {
        if (options.AdaptiveKlTarget is not { } target) return;
        var error = Math.Clamp((kl / target) - 1, -MostError, MostError);
        _known = (step, coefficient * (1 + (error * options.ResponsesPerStep / options.AdaptiveKlHorizon)));
    }
}
