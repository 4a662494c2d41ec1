using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Unicode;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Demo;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate demo</c>: the main job on the embedded model. Ends with 0 when every arm got the verdict it is there to show.</summary>
internal static class DemoCommand
{
    public static Command Create(GateOutput output)
    {
        var details = new Option<bool>("--details") { Description = "Every benchmark of every run with its interval, the KL that was spent, and what each bound of the theory makes of it." };
        var page = new Option<string?>("--out") { Description = "Where to write the page; by default artifacts/demo.html of the repository.", HelpName = "FILE" };
        var command = new Command("demo", "Tune the embedded model in three ways, measure its guardrails before and after, and judge.") { details, page };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var paths = PocketPaths.Find();
            var store = new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System);
            output.Error.WriteLine("One model learns sums in three ways; each is asked the same requests as the untuned one. About a minute and a half on two idle cores, seconds the next time.");
            var result = await new PocketDemo(paths, store).RunAsync(new DemoProgress(output, TimeProvider.System), parsed.GetValue(details), cancellationToken);
            Print(output, result, parsed.GetValue(details));
            var file = Path.GetFullPath(parsed.GetValue(page) ?? Path.Combine(paths.Root, "artifacts", "demo.html"));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            ReportFiles.Write(file, PocketDemoPage.Write(result));
            output.Out.WriteLine($"\npage  {file}");
            return result.IsAsExpected ? GateExitCode.Passed : GateExitCode.Regressed;
        });
        return command;
    }

    /// <summary>The table of the arms and one request answered by each; with details, every metric.</summary>
    internal static void Print(GateOutput output, PocketDemoResult result, bool details)
    {
        output.Out.WriteLine();
        ReportTableText.Print(output, PocketDemoPage.Arms(result));
        output.Out.WriteLine($"\nasked ({result.Example.Suite.Split('/')[^1]})");
        output.Out.WriteLine($"  {result.Example.Prompt}");
        var width = result.Example.Answers.Max(answer => answer.Key.Length);
        foreach (var (name, text) in result.Example.Answers) output.Out.WriteLine($"{TerminalText.Line(name).PadRight(width)}  {text}");
        foreach (var arm in result.Arms.Where(arm => result.VerdictOf(arm.Arm) != arm.Run.Expected))
            output.Out.WriteLine($"\n{arm.Run.Title} is there to show {arm.Run.Expected}; it shows {result.VerdictOf(arm.Arm)}");
        if (!details) return;
        foreach (var arm in result.Arms)
        {
            foreach (var section in PocketDemoPage.Details(arm)) ReportTableText.Print(output, section);
            output.Out.WriteLine($"run: {arm.Arm.RunDirectory}");
        }
    }
}
