using System.CommandLine;
using SafetyGate.Cli.JsonLines;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate score refusal|math|agreement</c>: runs a scorer over pairs, or compares it with people's labels.</summary>
internal static class ScoreCommand
{
    public static Command Create(GateOutput output) => new("score", "Run a scorer over prompt/response or gold/answer pairs, or compare it with people's labels.")
    {
        Refusal(output),
        Math(output),
        ScoreAgreementCommand.Create(output),
    };

    private static Command Refusal(GateOutput output)
    {
        var (lines, destination) = (CommandParts.JsonLinesOption(), CommandParts.OutOption());
        var command = new Command("refusal", "{id, prompt?, response} -> {id, verdict, score, reason, rule}") { lines, destination };
        var scorer = new RefusalScorer();
        command.SetAction((parsed, cancellationToken) => new JsonLineCases(output).AnswerAsync(
            parsed.GetRequiredValue(lines), parsed.GetValue(destination),
            (@case, writer) =>
            {
                var result = scorer.Classify(@case.Text("prompt"), @case.RequiredText("response"));
                writer.WriteString("verdict", result.Verdict);
                writer.WritePropertyName("score");
                if (result.Score is { } score) writer.WriteRoundTrip(score);
                else writer.WriteNullValue();
                writer.WriteString("reason", result.Reason);
                writer.WriteString("rule", result.Rule);
            },
            cancellationToken));
        return command;
    }

    private static Command Math(GateOutput output)
    {
        var (lines, destination) = (CommandParts.JsonLinesOption(), CommandParts.OutOption());
        var command = new Command("math", "{id, gold, answer, prompt?} -> {id, correct, parsed_gold, parsed_answer}") { lines, destination };
        command.SetAction((parsed, cancellationToken) => new JsonLineCases(output).AnswerAsync(
            parsed.GetRequiredValue(lines), parsed.GetValue(destination),
            (@case, writer) =>
            {
                var result = AnswerEquivalence.Compare(@case.RequiredText("gold"), @case.RequiredText("answer"), @case.Text("prompt"));
                if (result.Correct is { } correct) writer.WriteBoolean("correct", correct);
                else writer.WriteNull("correct");
                writer.WriteString("parsed_gold", result.ParsedGold);
                writer.WriteString("parsed_answer", result.ParsedAnswer);
            },
            cancellationToken));
        return command;
    }
}
