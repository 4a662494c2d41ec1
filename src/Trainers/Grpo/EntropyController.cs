using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Grpo;

/// <summary>The weight of the entropy bonus: fixed, or steered from update to update so that the entropy stays at a target (arXiv:2505.22312; TRL's
/// <c>use_adaptive_entropy</c>).</summary>
/// <remarks>A steered weight follows from the metrics of the step before, so a resumed run takes it from them.</remarks>
/// <param name="options">First weight, target, limits and step.</param>
internal sealed class EntropyController(GrpoOptions options)
{
    /// <summary>Name of the weight among the metrics: as the next update finds it.</summary>
    public const string CoefficientMetric = "entropy_coef";

    /// <summary>Name of the last update's entropy among the metrics, nats a token.</summary>
    public const string EntropyMetric = "entropy_last_update";

    private const double DefaultMost = 1, DefaultDelta = 0.005, DefaultTarget = 0.2; // TRL's

    // Before anything was measured there is no bonus.
    private (long Step, double Coefficient, double Entropy) _known = (0, options.EntropyCoefficient, double.PositiveInfinity);

    /// <summary>Folder of the run's metrics; <c>null</c> for a run that keeps none.</summary>
    public string? Directory { get; set; }

    /// <summary>The weight after all that was measured.</summary>
    public double Coefficient => _known.Coefficient;

    /// <summary>The weight in the loss of the next update.</summary>
    public double Applied => !options.UseAdaptiveEntropy || _known.Entropy <= (options.EntropyTarget ?? DefaultTarget) ? _known.Coefficient : 0;

    /// <summary>Begins a step.</summary>
    /// <param name="step">Steps done before.</param>
    public void Begin(long step)
    {
        if (options.UseAdaptiveEntropy && _known.Step != step)
            _known = (step, MetricsLog.Values(Directory!, CoefficientMetric)[(int)step - 1], MetricsLog.Values(Directory!, EntropyMetric)[(int)step - 1]);
    }

    /// <summary>Takes in the entropy of an update.</summary>
    /// <param name="step">Steps done, with the one it belongs to.</param>
    /// <param name="entropy">Nats a token.</param>
    public void Follow(long step, double entropy)
    {
        if (!options.UseAdaptiveEntropy) return;
        var by = options.EntropyCoefDelta ?? DefaultDelta;
        _known = (step, entropy <= (options.EntropyTarget ?? DefaultTarget) ? Math.Min(_known.Coefficient + by, options.EntropyCoefMax ?? DefaultMost) : Math.Max(_known.Coefficient - by, options.EntropyCoefMin ?? 0), entropy);
    }
}
