namespace SafetyGate.Studies.Seeds;

/// <summary>The trend of one domain, and how many shuffles of its hardness show one.</summary>
internal sealed record TrendFinding(double Slope, double Lower, double Upper, int Shown);
