using System.CommandLine;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Labeling;
using SafetyGate.Verifiers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate score agreement FILE…</c>: compares scorers, or a judge, with people's labels.</summary>
internal static class ScoreAgreementCommand
{
    public static Command Create(GateOutput output)
    {
        BuiltIn.Register();
        var files = new Argument<string[]>("FILE") { Description = "Labeled responses: JSON Lines, JSON, CSV or TSV.", Arity = ArgumentArity.OneOrMore };
        var scorers = new Option<string[]>("--scorer") { Description = $"{string.Join(", ", Scorers.ScorerNames)}, or one of --scorer-assembly; may be repeated. Default: refusal." };
        var assemblies = ScorerAssembly.Option();
        var judge = JudgeParts.Option();
        var columns = new Option<string>("--columns")
        {
            Description = "Which column holds what, such as prompt=question,response=completion,label=final_label,id=id.",
            HelpName = "FIELD=COLUMN,…",
            DefaultValueFactory = _ => ""
        };
        var positive = new Option<string[]>("--positive") { Description = "A label under which the score should be 1; may be repeated. Default: refusal.", HelpName = "LABEL" };
        var negative = new Option<string[]>("--negative") { Description = "A label under which the score should be 0; may be repeated. Default: compliance.", HelpName = "LABEL" };
        var misses = new Option<string?>("--misses") { Description = "Where to write the rows that were scored other than labeled, one a line.", HelpName = "FILE" };
        var json = CommandParts.JsonOption();
        var command = new Command("agreement", "How scorers, or a judge, agree with people's labels: accuracy with intervals, kappa, sensitivity and specificity per file.")
        {
            files, scorers, assemblies, judge, columns, positive, negative, misses, json
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ScorerAssembly.Load(parsed.GetValue(assemblies));
            using var judging = await JudgeParts.OpenAsync(parsed.GetValue(judge), cancellationToken);
            var named = parsed.GetValue(scorers) ?? [];
            IReadOnlyList<IScorer> chosen = judging is null
                ? [.. (named.Length > 0 ? named : ["refusal"]).Select(Scorers.Scorer)]
                : [.. named.Select(Scorers.Scorer), judging.Scorer];
            var labels = Labels(parsed.GetValue(columns)!, parsed.GetValue(positive) ?? [], parsed.GetValue(negative) ?? []);
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var measured = new List<ScorerAgreement>();
            foreach (var set in parsed.GetRequiredValue(files).Select(path => LabeledSet.Load(path, labels)).ToList())
                foreach (var scorer in chosen)
                    measured.Add(await ScorerAgreement.MeasureAsync(set, scorer, progress, cancellationToken));
            progress.Close();
            if (parsed.GetValue(misses) is { } path) await CommandParts.WriteFileAsync(path, AgreementPage.Misses(measured), cancellationToken);
            if (parsed.GetValue(json)) output.WriteJson(AgreementPage.Json(measured));
            else AgreementPage.Write(output, measured);
            if (judging?.Agreement is { } agreement) output.Error.WriteLine($"{agreement}");
            return measured.Exists(m => m.Scored > 0) ? GateExitCode.Passed : GateExitCode.Inconclusive;
        });
        return command;
    }

    private static LabelColumns Labels(string columns, string[] positive, string[] negative)
    {
        var labels = LabelColumns.Parse(columns);
        if (positive.Length > 0) labels = labels with { Positive = positive };
        if (negative.Length > 0) labels = labels with { Negative = negative };
        return labels.Problems().FirstOrDefault() is { } problem ? throw new UserErrorException(problem, GateExitCode.Usage) : labels;
    }
}
