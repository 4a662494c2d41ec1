using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Difficulty;

namespace SafetyGate.Trainers.Tests.Difficulty;

/// <summary>The file of scales of a run that goes on: steps that are made again stand there once.</summary>
public sealed class ScaleLogSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static PromptScale[] Scales(long step) => [new(step, "a", 1, 0.25, 1, 1), new(step, "b", 2, null, 1, 2)];

    private string[] Lines => File.ReadAllLines(_folder[RunLayout.Scales]);

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void A_run_that_goes_on_from_a_step_replaces_it_and_what_came_after(long from)
    {
        var undisturbed = new ScaleLog(_folder.Path);
        for (var step = 1; step <= 3; step++) undisturbed.Append(Scales(step));
        var lines = Lines;
        Assert.Equal(6, lines.Length);
        File.AppendAllText(_folder[RunLayout.Scales], "{\"step\": 4, \"id\""); // the kill came while it was written
        var resumed = new ScaleLog(_folder.Path);
        for (var step = from; step <= 3; step++) resumed.Append(Scales(step));
        if (from > 3) resumed.Append(Scales(4));
        Assert.Equal(lines, Lines.Take(6));
        Assert.Equal(from > 3 ? 8 : 6, Lines.Length);
    }
}
