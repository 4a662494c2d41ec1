using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using SafetyGate.Cli.Commands;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Cli;

/// <summary>The <c>gate</c> command: parses, runs one command, and turns errors into one message and an exit code.</summary>
public sealed partial class GateCommandLine(GateOutput output)
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">Words after <c>gate</c>.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    /// <returns>The exit code, as in <see cref="GateExitCode"/>.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        // Numbers are read and written in one way, whatever the machine's language is: '0.03' would else be 3 where a point groups thousands.
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        int code;
        try
        {
            code = await ParsedAsync(args, cancellationToken);
        }
        catch (Exception problem)
        {
            code = Report(problem, cancellationToken);
        }

        if (output.Finish() is not { } lost || code == GateExitCode.CannotWrite) return code;
        Say($"gate: the output cannot be written to its end: {TerminalText.Message(lost)}");
        return code == GateExitCode.Passed ? GateExitCode.CannotWrite : code;
    }

    private async Task<int> ParsedAsync(string[] args, CancellationToken cancellationToken)
    {
        var parsed = BuildRoot().Parse(args);
        var messages = parsed.Errors.Count > 0 ? ParserMessages(parsed) : [.. EmptyPaths(parsed)];
        if (messages.Count > 0)
        {
            foreach (var message in messages) output.Error.WriteLine($"gate: {InWords(message)}");
            output.Error.WriteLine("gate: 'gate --help' and 'gate COMMAND --help' list what is allowed.");
            return GateExitCode.Usage;
        }

        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = output.Out,
            Error = output.Error,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    // Where even that cannot be written, the exit code says it.
    private void Say(string line)
    {
        try { output.Error.WriteLine(line); } catch (IOException) { }
    }

    // A word that is no command is told by itself; that a command is missing follows from it.
    private static List<string> ParserMessages(ParseResult parsed)
    {
        List<string> messages = [.. parsed.Errors.Select(error => error.Message)];
        if (parsed.UnmatchedTokens.Count > 0 && messages.Count > parsed.UnmatchedTokens.Count) messages.RemoveAll(message => message == NoCommand);
        return messages;
    }

    // What a script leaves of a variable that is not set; such a path means no file, nor the option's default.
    private static IEnumerable<string> EmptyPaths(ParseResult parsed) =>
        from option in parsed.CommandResult.Children.OfType<OptionResult>()
        where option.Option.HelpName is { } name && PathName().IsMatch(name) && option.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value))
        select $"{option.Option.Name} is empty; give {option.Option.HelpName}, or leave it out.";

    [GeneratedRegex(@"\b(DIR|FILE|PATH|ARTIFACT)\b")]
    private static partial Regex PathName();

    private const string NoCommand = "Required command was not provided."; // the parser's own words

    /// <summary>A parser's message on one line, with a description of the value instead of the name of a .NET type.</summary>
    private static string InWords(string message) => TypeName().Replace(ListedValue().Replace(message, " "), type => type.Groups["name"].Value switch
    {
        "Double" or "Single" or "Decimal" => "as a number",
        var whole when whole.Contains("Int", StringComparison.Ordinal) => "as a whole number",
        _ => "as what is expected",
    });

    [GeneratedRegex(@"\r?\n\t")]
    private static partial Regex ListedValue();

    [GeneratedRegex(@"as expected type '.*?System\.(?!Nullable)(?<name>\w+)\]*'")]
    private static partial Regex TypeName();

    private int Report(Exception problem, CancellationToken cancellationToken)
    {
        var (message, code) = Explain(problem, cancellationToken);
        try { output.EndProgress?.Invoke(); } catch (IOException) { }
        Say("gate: " + TerminalText.Message(message));
        if (code == GateExitCode.Internal) Say(problem.ToString());
        return code;
    }

    /// <summary>The message and the exit code of an error.</summary>
    internal static (string Message, int ExitCode) Explain(Exception problem, CancellationToken cancellationToken)
    {
        var root = problem;
        while (root is TypeInitializationException or AggregateException or System.Reflection.TargetInvocationException && root.InnerException is { } inner) root = inner;
        return root switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested =>
                ("cancelled; the same command resumes where it stopped.", GateExitCode.Cancelled),
            UserErrorException user => (user.Message, user.ExitCode),
            TrainingFailedException training => (training.Message, GateExitCode.TrainingFailed),
            _ when OutOfMemory.Is(root) => ($"Out of memory: {root.Message.Split('\n')[0]} Give the process more, or use a smaller model, data or batch. What the store has is intact; the same command goes on from it.", GateExitCode.TrainingFailed),
            DllNotFoundException missing => (missing.Message, GateExitCode.MissingEngine),
            FileNotFoundException missing => ($"{missing.Message} Check the path.", GateExitCode.BadInput),
            DirectoryNotFoundException missing => ($"{missing.Message} Check the path.", GateExitCode.BadInput),
            IOException io => (io.Message, GateExitCode.CannotWrite),
            UnauthorizedAccessException denied => (denied.Message, GateExitCode.CannotWrite),
            ArgumentException nul when nul.Message.StartsWith("Null character in path", StringComparison.Ordinal) => ("a path holds a null character, which no path has.", GateExitCode.BadInput),
            _ => ($"internal error: {root.GetType().Name}: {root.Message} This is a bug of ours; please report it with the text below.", GateExitCode.Internal),
        };
    }

    private RootCommand BuildRoot() =>
        new("SafetyGate: a fine-tuning run is a test fixture, and the build decides whether the tuned model may ship.")
        {
            DemoCommand.Create(output),
            RunCommand.Create(output),
            EvalCommand.Create(output),
            HardnessCommand.Create(output),
            RunsCommand.Create(output),
            MergeCommand.Create(output),
            BenchmarksCommand.Create(output),
            CompareCommand.Create(output),
            CheckCommand.Create(output),
            ReportCommand.Create(output),
            ApproveCommand.Create(output),
            ReviewCommand.Create(output),
            OverrideCommand.Create(output),
            ModelCommand.Create(output),
            TokenizerCommand.Create(output),
            ScoreCommand.Create(output),
            BoundCommand.Create(output),
            PocketCommand.Create(output),
            StudyCommand.Create(output),
            CalibrateCommand.Create(output),
            PowerCommand.Create(output),
            RescoreCommand.Create(output),
            PatternsCommand.Create(output),
            AugmentCommand.Create(output),
            DistillCommand.Create(output),
            StrataCommand.Create(output),
            DynamicsCommand.Create(output),
            DoctorCommand.Create(output),
        };
}
