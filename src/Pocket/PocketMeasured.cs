namespace SafetyGate.Pocket;

/// <summary>Measurements of a model on every suite of the world, greedy and at temperature 1.</summary>
/// <param name="Greedy">Greedy decoding.</param>
/// <param name="Sampled">One sample an item at temperature 1.</param>
public sealed record PocketMeasured(PocketRates Greedy, PocketRates Sampled);
