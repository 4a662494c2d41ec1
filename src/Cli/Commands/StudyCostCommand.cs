using System.CommandLine;
using SafetyGate.Core.Files;
using SafetyGate.Models.Families;
using SafetyGate.Studies.Safety.Cost;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate study cost CONFIG.json…</c>: memory and time of a study at a model's size, computed (docs/study-real.md).</summary>
internal static class StudyCostCommand
{
    public static Command Create(GateOutput output)
    {
        var defaults = new CostAssumptions();
        var configs = new Argument<string[]>("CONFIG.json") { Description = "The config.json of a model; more than one for several sizes. Its weights are not needed.", Arity = ArgumentArity.OneOrMore };
        var steps = Number("--steps", "Steps of a run.", defaults.Steps);
        var prompt = Number("--prompt-tokens", "Tokens of a prompt.", defaults.PromptTokens);
        var response = Number("--response-tokens", "Tokens of a response to a problem.", defaults.ResponseTokens);
        var flops = Positive("--tflops", "Products and sums a second in training, 10^12.", defaults.TeraFlops);
        var bytes = Positive("--gigabytes-per-second", "Bytes of weights a second that decoding reads, 10^9.", defaults.GigabytesPerSecond);
        var least = Positive("--step-milliseconds", "Milliseconds of a decoding step at least.", defaults.LeastStepMilliseconds);
        var destination = CommandParts.OutOption();
        var command = new Command("cost", "Memory and time of a study at a model's size, computed from its config.json and stated assumptions; nothing is run.") { configs, steps, prompt, response, flops, bytes, least, destination };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            foreach (var (option, value) in new[] { (steps.Name, (double)parsed.GetValue(steps)), (prompt.Name, parsed.GetValue(prompt)), (response.Name, parsed.GetValue(response)), (flops.Name, parsed.GetValue(flops)), (bytes.Name, parsed.GetValue(bytes)), (least.Name, parsed.GetValue(least)) })
                if (!(value > 0 && double.IsFinite(value))) throw new UserErrorException(Invariant($"{option} is {value}; it must be finite and above 0."), GateExitCode.Usage);
            var assumptions = defaults with { Steps = parsed.GetValue(steps), PromptTokens = parsed.GetValue(prompt), ResponseTokens = parsed.GetValue(response), TeraFlops = parsed.GetValue(flops), GigabytesPerSecond = parsed.GetValue(bytes), LeastStepMilliseconds = parsed.GetValue(least) };
            var files = parsed.GetValue(configs)!;
            var models = files.Select(file => (Path.GetFileNameWithoutExtension(file), DecoderConfig.ParseText(BoundedFile.ReadText(file), file))).ToList();
            var given = parsed.CommandResult.Children.OfType<System.CommandLine.Parsing.OptionResult>().Where(option => !option.Implicit).Select(option => $" {option.Option.Name} {string.Join(' ', option.Tokens.Select(token => token.Value))}");
            await CommandParts.WriteAsync(output, parsed.GetValue(destination), CostPage.ToMarkdown(models, assumptions, $"./gate study cost {string.Join(' ', files)}{string.Concat(given)}"), cancellationToken);
            return GateExitCode.Passed;
        });
        return command;
    }

    private static Option<int> Number(string name, string description, int usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };

    private static Option<double> Positive(string name, string description, double usual) => new(name) { Description = description, DefaultValueFactory = _ => usual };
}
