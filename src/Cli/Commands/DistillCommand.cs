using System.CommandLine;
using SafetyGate.Analysis.Results;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Distillation;
using SafetyGate.Verifiers;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate distill FILE.json --out DIR</c>: teachers ranked by the student's gain, a curated set, and the taught student.</summary>
internal static class DistillCommand
{
    private const string ReportName = "distillation.json", StudentName = "student";

    public static Command Create(GateOutput output)
    {
        BuiltIn.Register();
        var file = new Argument<string>("FILE.json") { Description = "Student, teachers, questions and settings (docs/distillation.md)." };
        var destination = new Option<string>("--out") { Description = "A new directory for the report, the curated set and the student's checkpoint.", HelpName = "DIR", Required = true };
        var command = new Command("distill", "Rank teachers by what the student gains, curate the best one's answers, train the student, measure it in and out of domain.") { file, destination };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var spec = DistillSpec.Load(parsed.GetRequiredValue(file));
            var folder = parsed.GetRequiredValue(destination);
            if (Directory.Exists(folder)) throw new UserErrorException($"'{folder}' exists already; --out takes a directory that does not, so that nothing is overwritten.");
            var progress = new ConsoleProgress(output, TimeProvider.System);
            var teachers = new List<Teacher>();
            try
            {
                foreach (var teacher in spec.Teachers) teachers.Add(await Teacher.OpenAsync(teacher, cancellationToken));
                Directory.CreateDirectory(folder);
                var (report, student) = await new Distiller(spec, new RunStore(StoreLocation.FromEnvironment(), TimeProvider.System), folder, progress).RunAsync(teachers, cancellationToken);
                progress.Close();
                AnalysisFile.Write(report, Path.Combine(folder, ReportName));
                var copy = Path.Combine(folder, StudentName);
                Directory.CreateDirectory(copy);
                foreach (var one in Directory.GetFiles(student.CheckpointDirectory)) File.Copy(one, Path.Combine(copy, Path.GetFileName(one)));
                DistillationTable.Write(output, report);
                output.Out.WriteLine($"report    {Path.Combine(folder, ReportName)}");
                output.Out.WriteLine($"rows      {Path.Combine(folder, Distiller.RowsFile)}");
                output.Out.WriteLine($"student   {copy}");
                return GateExitCode.Passed;
            }
            catch (UserErrorException)
            {
                if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true); // made above; a second try is not refused
                throw;
            }
            finally
            {
                foreach (var teacher in teachers) teacher.Dispose();
            }
        });
        return command;
    }
}
