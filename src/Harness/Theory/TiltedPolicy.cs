namespace SafetyGate.Harness.Theory;

/// <summary>
/// The optimum of G − β·KL(π‖p) on an enumerable policy, the tilt q = p·exp(g/β)/Z, and every bound of the theory page on how far
/// safety moves with it. Nats, natural logarithms. The bounds were derived and checked for this project.
/// </summary>
public sealed class TiltedPolicy
{
    private readonly double[] _p, _q;
    private readonly IReadOnlyList<double> _g, _s;

    /// <summary>Of a reference policy, rewards and safety scores.</summary>
    /// <param name="reference">Probabilities of the responses; divided by their sum.</param>
    /// <param name="reward">g in [0,1] of each response.</param>
    /// <param name="safety">s in [0,1] of each response.</param>
    /// <param name="beta">β, in reward per nat.</param>
    public TiltedPolicy(IReadOnlyList<double> reference, IReadOnlyList<double> reward, IReadOnlyList<double> safety, double beta)
    {
        Beta = DriftBounds.Beta(beta);
        _p = Policy.Normalized(reference, nameof(reference));
        Policy.Unit(reward, _p.Length, nameof(reward));
        Policy.Unit(safety, _p.Length, nameof(safety));
        (_g, _s) = (reward, safety);
        // exp(g/β) overflows for β < .0014, so the largest reward is taken out first.
        var most = _p.Zip(reward).Where(x => x.First > 0).Max(x => x.Second);
        var w = reward.Select(g => Math.Exp((Math.Min(g, most) - most) / beta)).ToArray();
        var z = Policy.Expected(_p, w);
        LogZ = most / beta + Math.Log(z);
        _q = [.. _p.Zip(w, (p, v) => p * v / z)];
        Covariance = _p.Zip(w).Zip(safety, (x, s) => x.First * (s - S(_p)) * (x.Second - z)).Sum() / z;
        CovarianceBound = Math.Sqrt(_p.Zip(safety, (p, s) => p * Square(s - S(_p))).Sum() * _p.Zip(w, (p, v) => p * Square(v - z)).Sum()) / z;
        LogWeight = [.. reward.Select(g => g / beta)];
    }

    private double[] LogWeight { get; }

    /// <summary>β.</summary>
    public double Beta { get; }

    /// <summary>ln Z.</summary>
    public double LogZ { get; }

    /// <summary>The tilt, in the order of the responses.</summary>
    public IReadOnlyList<double> Tilt => _q;

    /// <summary>Reward of the reference.</summary>
    public double RewardBefore => Policy.Expected(_p, _g);

    /// <summary>Reward of the tilt.</summary>
    public double RewardAfter => Policy.Expected(_q, _g);

    /// <summary>Safety of the reference.</summary>
    public double SafetyBefore => S(_p);

    /// <summary>Safety of the tilt.</summary>
    public double SafetyAfter => S(_q);

    /// <summary>KL(q‖p).</summary>
    public double Kl => Policy.Kl(_q, _p);

    /// <summary>KL(p‖q): the other direction, not to be confused.</summary>
    public double ReverseKl => Policy.Kl(_p, _q);

    /// <summary>Total variation between the two.</summary>
    public double TotalVariation => 0.5 * _p.Zip(_q, (a, b) => Math.Abs(a - b)).Sum();

    /// <summary>G_q − G_p.</summary>
    public double RewardGain => RewardAfter - RewardBefore;

    /// <summary>S_q − S_p.</summary>
    public double SafetyDrift => SafetyAfter - SafetyBefore;

    /// <summary>B0, exact: Cov_p(s, w)/Z.</summary>
    public double Covariance { get; }

    /// <summary>B0, to first order in 1/β: Cov_p(s, g)/β.</summary>
    public double FirstOrderDrift => _p.Select((p, i) => p * (_s[i] - SafetyBefore) * (_g[i] - RewardBefore)).Sum() / Beta;

    /// <summary>
    /// B1 for rewards 0 and 1, both present: ΔG·(E[s|g=1] − E[s|g=0]); <c>null</c> for graded rewards, where it is false, and for a
    /// constant one.
    /// </summary>
    public double? BinaryRewardIdentity
    {
        get
        {
            if (_g.Any(g => g is not (0 or 1))) return null;
            return Given(_g, 1) is { } one && Given(_g, 0) is { } zero ? RewardGain * (one - zero) : null;
        }
    }

    /// <summary>B2: √(Var_p s · Var_p w)/Z.</summary>
    public double CovarianceBound { get; }

    /// <summary>B4 for safety 0 and 1 with both present: logit S_q − logit S_p, at most 1/β in size; <c>null</c> otherwise.</summary>
    public double? LogitShift
    {
        get
        {
            if (_s.Any(s => s is not (0 or 1))) return null;
            return LogMean(1) is { } safe && LogMean(0) is { } harmful ? safe - harmful : null;
        }
    }

    /// <summary>B8: ½√(ΔG/β).</summary>
    public double RewardBound => 0.5 * Math.Sqrt(Math.Max(0, RewardGain) / Beta);

    /// <summary>B11: E_p[s|g] by level of g, in order.</summary>
    public IReadOnlyList<(double Reward, double Safety)> SafetyByReward =>
        [.. _p.Zip(_g).Where(x => x.First > 0).Select(x => x.Second).Distinct().Order().Select(g => (g, Given(_g, g)!.Value))];

    /// <summary>G − β·KL(π‖p) of any policy over the same responses.</summary>
    public double Objective(IReadOnlyList<double> policy) => Policy.Expected(Same(policy), _g) - Beta * Policy.Kl(Same(policy), _p);

    /// <summary>KL(π‖p) of any policy over the same responses.</summary>
    public double KlOf(IReadOnlyList<double> policy) => Policy.Kl(Same(policy), _p);

    /// <summary>Reward of any policy over the same responses.</summary>
    public double RewardOf(IReadOnlyList<double> policy) => Policy.Expected(Same(policy), _g);

    /// <summary>Safety of any policy over the same responses.</summary>
    public double SafetyOf(IReadOnlyList<double> policy) => S(Same(policy));

    private double[] Same(IReadOnlyList<double> policy)
    {
        var normalized = Policy.Normalized(policy, nameof(policy));
        return normalized.Length == _p.Length ? normalized : throw new ArgumentException(Invariant($"The policy has {normalized.Length} responses, the reference {_p.Length}."), nameof(policy));
    }

    private double S(double[] policy) => Policy.Expected(policy, _s);

    private double? Given(IReadOnlyList<double> values, double level)
    {
        var mass = _p.Where((_, i) => values[i] == level).Sum();
        return mass > 0 ? _p.Select((p, i) => values[i] == level ? p * _s[i] : 0).Sum() / mass : null;
    }

    /// <summary>ln E_p[w | s = level].</summary>
    private double? LogMean(double level)
    {
        var at = Enumerable.Range(0, _p.Length).Where(i => _s[i] == level && _p[i] > 0).ToArray();
        if (at.Length == 0) return null;
        var most = at.Max(i => LogWeight[i]);
        return most + Math.Log(at.Sum(i => _p[i] * Math.Exp(LogWeight[i] - most)) / at.Sum(i => _p[i]));
    }

    private static double Square(double x) => x * x;
}
