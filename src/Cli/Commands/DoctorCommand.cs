using System.CommandLine;
using System.Runtime.InteropServices;
using SafetyGate.Cli.Console;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Diagnosis;
using SafetyGate.Models.Generation;
using TorchSharp;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// <c>gate doctor [DIR]</c>: the environment in use, and what the files of a model directory say, cross-checked. Exit code 65 when a gate on
/// the directory would be wrong.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create(GateOutput output)
    {
        var directory = new Argument<string?>("DIR") { Description = "A model directory to look at.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("doctor", "Engine, device, threads and store in use; what the files of a model directory say, cross-checked. Exit code 65 when a gate on it would be wrong.") { directory };
        var verify = new Option<bool>("--verify")
        {
            Description = "Compute the digests of the engine's files and of DIR's weights anew; without DIR, of all files whose digests this "
                + "machine keeps. CUDA graphs are tried anew, too. Exit code 65 if one differs from before.",
        };
        var adapter = CommandParts.AdapterOption();
        var json = CommandParts.JsonOption();
        command.Options.Add(verify);
        command.Options.Add(adapter);
        command.Options.Add(json);
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(json) && parsed.GetValue(directory) is null) parsed.AddError("--json writes what was found in a model directory; name DIR.");
            if (parsed.GetValue(adapter) is not null && parsed.GetValue(directory) is null) parsed.AddError("--adapter is looked at on its base; name DIR.");
        });
        command.SetAction(parsed =>
        {
            var anew = MachineDigests.Verify = parsed.GetValue(verify);
            try
            {
                if (!parsed.GetValue(json)) Machine(output, anew);
                if (parsed.GetValue(directory) is not { } model)
                    return anew ? DigestVerification.Run(output, MachineDigests.Folder) : GateExitCode.Passed;
                var findings = CheckpointDoctor.Examine(model, parsed.GetValue(adapter));
                if (parsed.GetValue(json)) output.WriteJson(FindingsJson.Write(model, findings));
                else FindingsTable.Write(output, findings);
                if (findings.Any(finding => finding.Verdict == FindingVerdict.Wrong)) return GateExitCode.BadInput;
                if (anew && !parsed.GetValue(json)) output.Out.WriteLine("digests   of engine and weights computed anew; none differs from a kept one");
                return GateExitCode.Passed;
            }
            finally
            {
                MachineDigests.Verify = false;
            }
        });
        return command;
    }

    private static void Machine(GateOutput output, bool anew)
    {
        var device = DefaultDevice.Open();
        var environment = TensorEngine.Describe(device, torch.ScalarType.Float32, typeof(DoctorCommand).Assembly);
        output.Out.WriteLine($"runtime   .NET {Environment.Version} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        output.Out.WriteLine($"engine    {environment.Engine}{(TensorEngine.IsExpectedVersion ? "" : " (not the version TorchSharp is built for; that every call works is not guaranteed)")}");
        output.Out.WriteLine($"libtorch  {TensorEngine.Folder}");
        foreach (var file in environment.Natives ?? [])
            output.Out.WriteLine($"native    {file.Sha256} {file.Name}{(file.Change.Length == 0 ? "" : $" ({file.Change})")}");
        output.Out.WriteLine($"device    {environment.Device}{(torch.cuda.is_available() ? "" : " (no CUDA device is visible)")}");
        var graphs = GraphSupport.Of(device, anew);
        output.Out.WriteLine($"decoding  {(graphs.Works ? "steps recorded as CUDA graphs" : "operator by operator, no CUDA graphs")}: {graphs.Reason}");
        output.Out.WriteLine($"layers    {DecoderOperators.Words(device)}");
        output.Out.WriteLine(Invariant($"threads   {environment.Threads} of {Environment.ProcessorCount} cores"));
        output.Out.WriteLine($"code      {environment.CodeDigest}");
        output.Out.WriteLine($"store     {StoreLocation.FromEnvironment()}{(Environment.GetEnvironmentVariable(StoreLocation.Variable) is null ? $" (set {StoreLocation.Variable} to move it)" : "")}");
    }
}
