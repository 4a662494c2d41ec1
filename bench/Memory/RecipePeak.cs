using SafetyGate.Core.Runs;
using SafetyGate.Trainers;
using static System.FormattableString;

namespace SafetyGate.MemoryBench;

/// <summary>The peak of a run that a recipe file describes, in a process of its own.</summary>
internal static class RecipePeak
{
    /// <summary>Trains it and prints the highest resident bytes.</summary>
    public static void Run(string path)
    {
        var directory = Directory.CreateTempSubdirectory("memory-bench-").FullName;
        try
        {
            RecipeFile.Load(path).TrainAsync(directory, new Told(), CancellationToken.None).GetAwaiter().GetResult();
            Console.Write(Invariant($"{MeasuredRun.Status("VmHWM:")}"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Measures it in another process.</summary>
    /// <param name="path">The recipe.</param>
    /// <param name="mostMib">The most it may take; <c>null</c> for no limit.</param>
    /// <returns>0, or 1 when it took more.</returns>
    public static int Measure(string path, long? mostMib)
    {
        var peak = Processes.Numbers("--recipe-child", path)[0] >> 20;
        Console.WriteLine(Invariant($"{path}: {peak} MiB resident at the highest{(mostMib is { } most ? Invariant($", at most {most}") : "")}"));
        return peak <= (mostMib ?? long.MaxValue) ? 0 : 1;
    }

    private sealed class Told : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "memory") Console.Error.WriteLine(value.Detail);
        }
    }
}
