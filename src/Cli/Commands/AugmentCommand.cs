using SafetyGate.Analysis.Results;
using System.CommandLine;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Scoring;
using SafetyGate.Pocket.World;
using SafetyGate.Verifiers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate augment PATTERNS.json</c>: training rows that would mend what <c>gate patterns</c> found.</summary>
internal sealed class AugmentCommand
{
    private const string Rules = "rules", Sums = "sums";
    private readonly Argument<string> _patterns = new("PATTERNS.json") { Description = "Patterns, as gate patterns --out writes them." };
    private readonly Option<string[]> _validation = new("--validation") { Description = "The evaluated items, none of whose text may reach the rows; may be repeated, such as for a test split.", HelpName = "FILE", Required = true };
    private readonly Option<string[]> _training = new("--train") { Description = "Training data, whose tasks are not made again and whose rows show a chat model the form; may be repeated.", HelpName = "FILE" };
    private readonly Option<string> _columns = new("--columns") { Description = "Which column of these files holds what, such as prompt=question,response=completion.", HelpName = "FIELD=COLUMN,…", DefaultValueFactory = _ => "" };
    private readonly Option<string> _drafter = new("--drafter") { Description = "Drafts the strategies: rules (the default), or the URL of an OpenAI-compatible server.", HelpName = "rules|URL", DefaultValueFactory = _ => Rules };
    private readonly ChatModelParts _drafterParts = new("drafter");
    private readonly Option<string> _generator = new("--generator") { Description = "Makes the rows: sums (the task grammar of the embedded world), or the URL of an OpenAI-compatible server.", HelpName = "sums|URL", Required = true };
    private readonly ChatModelParts _generatorParts = new("generator");
    private readonly Option<string?> _solver = new("--solver") { Description = "Solves each row three times, and a majority must agree with its answer: the URL of a server, with a chat model as the generator.", HelpName = "URL" };
    private readonly ChatModelParts _solverParts = new("solver");
    private readonly Option<string?> _scorer = new("--scorer") { Description = $"Compares the solver's answer with the row's: math-answer by default. Known: {string.Join(", ", Scorers.ScorerNames)}." };
    private readonly Option<string> _mark = new("--answer-mark") { Description = "What stands before the answer at a completion's end; empty for no rule.", DefaultValueFactory = _ => "####" };
    private readonly Option<int> _rows = new("--rows") { Description = "Rows in all, in proportion to the patterns' failures.", DefaultValueFactory = _ => 200 };
    private readonly Option<int> _retries = new("--retries") { Description = "Most tries again with the reasons of rejection.", DefaultValueFactory = _ => 3 };
    private readonly Option<ulong> _seed = new("--seed") { Description = "Source of the grammar's draws.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> _out = new("--out") { Description = "Where to write the rows, JSON Lines with prompt and completion; the report goes beside them as FILE.report.json.", HelpName = "FILE", Required = true };
    private readonly GateOutput _output;

    private AugmentCommand(GateOutput output) => _output = output;

    public static Command Create(GateOutput output)
    {
        BuiltIn.Register();
        var parts = new AugmentCommand(output);
        var command = new Command("augment", "Training rows for the patterns of failures: strategies, rows, quality control, and no validation text in them.")
        {
            parts._patterns, parts._validation, parts._training, parts._columns, parts._drafter, parts._generator, parts._solver, parts._scorer, parts._mark, parts._rows, parts._retries, parts._seed, parts._out,
        };
        foreach (var option in parts._drafterParts.Options.Concat(parts._generatorParts.Options).Concat(parts._solverParts.Options)) command.Add(option);
        command.SetAction(parts.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_rows) is < 1 and var rows) throw new UserErrorException(Invariant($"--rows is {rows}; it must be 1 or more."), GateExitCode.Usage);
        if (parsed.GetValue(_retries) is < 0 or > 100) throw new UserErrorException(Invariant($"--retries is {parsed.GetValue(_retries)}; it must lie in [0, 100]."), GateExitCode.Usage);
        var patterns = AnalysisFile.Read<PatternReport>(parsed.GetRequiredValue(_patterns));
        var columns = AskedColumns.Parse(parsed.GetRequiredValue(_columns));
        List<AskedRow> validation = [.. parsed.GetRequiredValue(_validation).SelectMany(path => AskedFile.Load(path, columns))];
        List<AskedRow> training = [.. (parsed.GetValue(_training) ?? []).SelectMany(path => AskedFile.Load(path, columns))];
        var owned = new List<IDisposable>();
        try
        {
            var drafter = await DrafterAsync(parsed, owned, cancellationToken);
            var generator = await GeneratorAsync(parsed, training, owned, cancellationToken);
            var checks = await ChecksAsync(parsed, owned, cancellationToken);
            string[] held = [.. validation.SelectMany(row => new[] { row.Prompt, row.Response ?? "" }).Where(text => text.Length > 0)];
            var (made, report) = await new Augmenter(drafter, generator, checks, parsed.GetValue(_retries)).MakeAsync(patterns, held, [.. training.Select(row => row.Prompt)], parsed.GetValue(_rows), cancellationToken);
            var target = parsed.GetRequiredValue(_out);
            AugmentedRowsFile.Write(target, made);
            AnalysisFile.Write(report, target + ".report.json");
            AugmentationTable.Write(_output, report, target);
            return report.Leaks.IsClean ? GateExitCode.Passed : GateExitCode.Regressed;
        }
        finally
        {
            foreach (var one in owned) one.Dispose();
        }
    }

    private async Task<IDrafter> DrafterAsync(ParseResult parsed, List<IDisposable> owned, CancellationToken cancellationToken)
    {
        var named = parsed.GetRequiredValue(_drafter);
        if (named == Rules)
        {
            _drafterParts.RequireNone(parsed);
            return new RuleDrafter();
        }

        var (client, model) = await _drafterParts.OpenAsync(parsed, named, cancellationToken);
        owned.Add(client);
        return new ChatDrafter(client, model);
    }

    private async Task<IRowGenerator> GeneratorAsync(ParseResult parsed, List<AskedRow> training, List<IDisposable> owned, CancellationToken cancellationToken)
    {
        var named = parsed.GetRequiredValue(_generator);
        if (named == Sums)
        {
            _generatorParts.RequireNone(parsed);
            return new SumGenerator(parsed.GetValue(_seed));
        }

        List<DraftRow> examples = [.. training.Where(row => row.Response is not null).Take(10).Select(row => new DraftRow(row.Prompt, row.Response!, row.Answer ?? ""))];
        if (examples.Count == 0) throw new UserErrorException("A chat model as the generator needs training data to show it the form: give --train with a completion in each row (--columns response=NAME).", GateExitCode.Usage);
        var (client, model) = await _generatorParts.OpenAsync(parsed, named, cancellationToken);
        owned.Add(client);
        return new ChatGenerator(client, model, examples);
    }

    private async Task<IReadOnlyList<IRowCheck>> ChecksAsync(ParseResult parsed, List<IDisposable> owned, CancellationToken cancellationToken)
    {
        var form = new FormCheck(parsed.GetRequiredValue(_mark) is { Length: > 0 } mark ? mark : null);
        if (parsed.GetRequiredValue(_generator) == Sums)
        {
            if (parsed.GetValue(_solver) is not null) throw new UserErrorException("--solver checks rows of a chat model; the grammar of sums has a verifier of its own.", GateExitCode.Usage);
            return [form, new StepsCheck(), new ReaderCheck(new SumQuestions())];
        }

        if (parsed.GetValue(_solver) is not { } address)
        {
            _solverParts.RequireNone(parsed);
            _output.Error.WriteLine($"note: without --solver nothing but form and steps is checked of a chat model's rows; a wrong answer that is worked out consistently passes");
            return [form, new StepsCheck()];
        }

        var solver = await _solverParts.OpenModelAsync(parsed, address, cancellationToken);
        owned.Add(solver);
        return [form, new StepsCheck(), new SolverCheck(solver, Scorers.Scorer(parsed.GetValue(_scorer) ?? "math-answer"))];
    }
}
