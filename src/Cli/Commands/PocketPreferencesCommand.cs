using System.CommandLine;
using SafetyGate.Core.Files;
using SafetyGate.Pocket.Data;
using SafetyGate.Pocket.World;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate pocket preferences</c>: pairs of answers from the grammar, as the trainers of preferences read them.</summary>
internal static class PocketPreferencesCommand
{
    public static Command Create(GateOutput output)
    {
        var folder = new Option<string>("--out") { Description = "The folder to write train.jsonl and held-out.jsonl to.", HelpName = "DIR", Required = true };
        var style = new Option<double>("--style-share") { Description = "Share of the pairs, in [0, 1], that prefer the compliant house style where both answers are right. Default 0." };
        var guessed = new Option<double>("--guessed") { Description = "Share of the wrong answers, in [0, 1], that are bare guesses; the others are worked and have a slip. Default .97, as the base model's own.", DefaultValueFactory = _ => new PreferenceMix().Guessed };
        var seed = new Option<ulong>("--seed") { Description = "Source of the draws. Default: the world's.", DefaultValueFactory = _ => PocketWorld.FrozenSeed };
        var domain = new Option<string>("--domain") { Description = "sums or order. Default sums.", DefaultValueFactory = _ => "sums" };
        domain.AcceptOnlyFromAmong("sums", "order");
        var command = new Command("preferences", "Write pairs of answers that prefer right ones, or partly a style, as JSON Lines: prompt, chosen, rejected, and what made the difference.")
        {
            folder, style, guessed, seed, domain
        };
        command.SetAction(parsed =>
        {
            var mix = new PreferenceMix { StyleShare = parsed.GetValue(style), Guessed = parsed.GetValue(guessed), Seed = parsed.GetValue(seed) };
            if (string.Join(" ", mix.Problems()) is { Length: > 0 } problems) throw new UserErrorException(problems, GateExitCode.Usage);
            var world = new PocketWorld();
            var pairs = mix.Draw(parsed.GetRequiredValue(domain) == "sums" ? world.Sums : world.Order);
            var directory = parsed.GetRequiredValue(folder);
            Directory.CreateDirectory(directory);
            foreach (var (name, split) in new[] { ("train.jsonl", pairs.Training), ("held-out.jsonl", pairs.HeldOut) })
            {
                var path = Path.Combine(directory, name);
                WholeFile.Write(path, Preference.Lines(split));
                output.Out.WriteLine($"{path}  {split.Count} pairs, {split.Count(pair => pair.Prefers == "style")} of them of style; seed {mix.Seed}");
            }

            return GateExitCode.Passed;
        });
        return command;
    }
}
