using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Baselines;
using Spectre.Console;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate power family</c>: how often the approved gates of each spec together fail an unchanged model.</summary>
internal static class PowerFamilyCommand
{
    public static Command Create(GateOutput output)
    {
        var baselines = BaselineFolder.Option();
        var discordance = new Option<double>("--discordance")
        {
            Description = "Share of items that differ between two trainings, or two draws, of the same thing.",
            DefaultValueFactory = _ => FamilyPower.AssumedDiscordance
        };
        var correlation = new Option<double>("--correlation")
        {
            Description = "How alike the differences of one behavior's items are, where items share behaviors: 0 to 1, the default.",
            DefaultValueFactory = _ => 1
        };
        var command = new Command("family", "How often the approved gates of each spec together fail an unchanged model.")
        {
            baselines, discordance, correlation
        };
        command.SetAction(parsed =>
        {
            var (share, alike) = (parsed.GetValue(discordance), parsed.GetValue(correlation));
            if (!(share >= 0 && share <= 1) || !(alike >= 0 && alike <= 1))
                throw new UserErrorException(Invariant($"--discordance is {share} and --correlation is {alike}; both must lie in [0, 1]."), GateExitCode.Usage);
            var folder = JudgedFolders.OfBaselines(parsed.GetValue(baselines)).Baselines;
            var families = Families(folder, share, alike);
            if (families.Count == 0)
                throw new UserErrorException($"{folder} holds no approved metric that can fail a build.", GateExitCode.NotComparable);
            Write(output, families, alike);
            return families.All(family => family.Power.CanWork) ? GateExitCode.Passed : GateExitCode.Inconclusive;
        });
        return command;
    }

    /// <summary>The families of a folder of baselines, by spec.</summary>
    public static IReadOnlyList<(string Spec, FamilyPower Power)> Families(string folder, double discordance, double correlation = 1)
    {
        var store = new BaselineStore(folder);
        var documents = store.All().Where(file => file.Status != BaselineStatus.Missing)
            .Select(file => ResultFile.Read(Path.Combine(folder, file.File))).Where(document => document.Spec is not null);
        return [.. documents.GroupBy(document => document.Spec!, StringComparer.Ordinal).OrderBy(spec => spec.Key, StringComparer.Ordinal)
            .Select(spec => (spec.Key, FamilyPower.Of(spec.SelectMany(document => document.Metrics), discordance, correlation)))
            .Where(family => family.Item2.Members.Count > 0)];
    }

    private static void Write(GateOutput output, IReadOnlyList<(string Spec, FamilyPower Power)> families, double correlation)
    {
        foreach (var (spec, power) in families)
        {
            output.Out.WriteLine($"{spec}: an unchanged model is red in up to {100 * power.AnyRed:0.##} % of runs, with {100 * power.Discordance:0.##} % of the items differing between two trainings of the same thing");
            var table = new Table().Border(TableBorder.Markdown).AddColumns("metric", "items", "margin", "not Passed");
            foreach (var member in power.Members)
                table.AddRow(Cell.Of(member.Metric), Invariant($"{member.Items}"), Invariant($"{100 * member.Gate.Margin:0.##} points"), Invariant($"{100 * member.NotPassed:0.##} %"));
            VerdictTable.Print(output, table);
            if (power.Problem(spec, correlation) is { } problem) output.Out.WriteLine($"{problem}");
        }
    }
}
