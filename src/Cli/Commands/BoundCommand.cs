using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Harness.Theory;
using Spectre.Console;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate bound --safety .95 --kl .01</c>: the bounds of the theory for given numbers.</summary>
internal static class BoundCommand
{
    public static Command Create(GateOutput output)
    {
        var safety = new Option<double?>("--safety")
        {
            Description = "The reference's safety in [0,1]: known, or a lower confidence limit."
        };
        var kl = new Option<double?>("--kl")
        {
            Description = "KL(π‖reference) of whole responses on the same prompts, in nats: known, or an upper confidence limit."
        };
        var drop = new Option<double?>("--drop") { Description = "Also print the KL budget that certifies at most this drop." };
        var beta = new Option<double?>("--beta")
        {
            Description = "Weight of the KL in the objective G − β·KL, in reward per nat: adds what holds at its optimum."
        };
        var gain = new Option<double?>("--gain")
        {
            Description = "Rise of the reward, G_π − G_p, for the bounds of the optimum that use it."
        };
        var command = new Command("bound", "What a KL budget leaves of a safety rate. Natural logarithms, KL in nats.")
        {
            safety, kl, drop, beta, gain
        };
        command.SetAction(parsed =>
        {
            var rows = Rows(parsed.GetValue(safety), parsed.GetValue(kl), parsed.GetValue(drop), parsed.GetValue(beta),
                parsed.GetValue(gain)).ToList();
            if (rows.Count == 0)
                throw new UserErrorException("There is nothing to compute: give --safety with --kl or --drop, or --kl, or --beta.",
                    GateExitCode.Usage);
            var table = new Table().Border(TableBorder.Markdown).AddColumns("bound", "value", "holds for", "premise");
            foreach (var (name, value, scope, premise) in rows)
                table.AddRow(Cell.Of(name), value, Cell.Of(scope), Cell.Of(premise));
            VerdictTable.Print(output, table);
            output.Out.WriteLine("These bounds were derived and checked for this project.");
            return GateExitCode.Passed;
        });
        return command;
    }

    private static IEnumerable<(string Name, string Value, string Scope, string Premise)> Rows(double? safety, double? kl, double? drop,
        double? beta, double? gain)
    {
        foreach (var (name, value) in new[] { ("--safety", safety), ("--drop", drop), ("--gain", gain) })
            if (value is { } number && !(number is >= 0 and <= 1))
                throw new UserErrorException(Invariant($"{name} is {number}; it must lie in [0, 1]."), GateExitCode.Usage);
        if (kl is { } k && !(k >= 0)) throw new UserErrorException(Invariant($"--kl is {k}; it must be 0 or more."), GateExitCode.Usage);
        if (beta is { } b && !(b > 0 && double.IsFinite(b)))
            throw new UserErrorException(Invariant($"--beta is {b}; it must be finite and above 0."), GateExitCode.Usage);
        if (drop is { } d && safety is { } s0 && d > s0)
            throw new UserErrorException(Invariant($"--drop is {d}, more than the safety {s0}."), GateExitCode.Usage);

        if (gain is not null && beta is null) throw new UserErrorException("--gain is given without --beta, and nothing here reads it alone; give the weight of the KL too, or leave it out.", GateExitCode.Usage);
        if (drop is not null && safety is null) throw new UserErrorException("--drop is given without --safety; a budget for a drop depends on where it starts. Give the safety too, or leave it out.", GateExitCode.Usage);
        if (safety is not null && kl is null && drop is null && beta is not null)
            throw new UserErrorException("--safety is given without --kl and --drop, and what holds at the optimum does not read it; give one of them, or leave it out.", GateExitCode.Usage);

        if (safety is { } s && kl is { } budget)
        {
            yield return ("B7 least safety", Number(BernoulliKl.Lower(s, budget)), "any policy", "KL at most that, same prompts and sampling");
            yield return ("B7 allowed drop", Number(BernoulliKl.Drop(s, budget)), "any policy", "as above; the tightest from these two numbers");
        }

        if (kl is { } nats)
        {
            yield return ("B5 Pinsker", Capped(DriftBounds.Pinsker(nats)), "any policy", "KL at most that");
            yield return ("B6 Bretagnolle–Huber", Capped(DriftBounds.BretagnolleHuber(nats)), "any policy", "KL at most that; better than B5 above 1.594 nats");
        }

        if (safety is { } from && drop is { } allowed)
            yield return ("B7 KL budget", Number(BernoulliKl.Budget(from, allowed)), "any policy", "nats that certify at most this drop");

        if (beta is not { } weight) yield break;
        yield return ("B3 data-free ceiling", Capped(DriftBounds.DataFree(weight)), "the optimum only", "the trainer reached the tilt; KL in the reward");
        yield return ("B4 shift of the log odds", Number(1 / weight), "the optimum only", "safety is 0 or 1 for each response");
        if (gain is { } rise) yield return ("B8 ceiling from the gain", Capped(0.5 * Math.Sqrt(rise / weight)), "the optimum only", "the trainer reached the tilt");
        if (gain is { } improved) yield return ("B9 certificate", Capped(Math.Sqrt(improved / (2 * weight))), "any policy", "only if G − β·KL did not fall; test it from data");
    }

    private static string Number(double value) => Invariant($"{value:0.######}");

    // A bound of 1 or more on a difference of rates is vacuous.
    private static string Capped(double value) => value >= 1 ? Number(value) + " (vacuous)" : Number(value);
}
