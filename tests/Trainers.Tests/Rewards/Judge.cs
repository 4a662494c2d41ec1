using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Trainers.Tests;

/// <summary>A reward of one line.</summary>
internal sealed class Judge(string name, Func<Response, double?> judge) : IReward
{
    public string Name => name;

    public string Version => "1";

    public double? Of(Response response) => judge(response);

    public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => judge(pair.Response))];
}
