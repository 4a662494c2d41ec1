using System.CommandLine;
using System.Security.Cryptography;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate merge SHARD.json …</c>: joins the results of the shards of one evaluation.</summary>
internal static class MergeCommand
{
    public static Command Create(GateOutput output)
    {
        var shards = new Argument<string[]>("SHARD.json") { Description = "The results of gate eval --shard, all of them, in any order.", Arity = ArgumentArity.OneOrMore };
        var destination = CommandParts.OutOption();
        var command = new Command("merge", "Join the results of all shards of an evaluation into the one that an evaluation without shards writes.") { shards, destination };
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetRequiredValue(shards);
            if (parsed.GetValue(destination) is { } target && paths.FirstOrDefault(shard => Path.GetFullPath(shard) == Path.GetFullPath(target)) is { } same)
                throw new UserErrorException($"--out is {same}, one of the shards, and would replace it; name another file.", GateExitCode.Usage);
            var whole = ShardedResults.Join([.. paths.Select(path => (path, ResultFile.ReadShard(path)))]);
            var bytes = ResultFile.Bytes(whole);
            if (parsed.GetValue(destination) is { } path) ResultFile.Write(whole, path);
            else output.WriteJson(System.Text.Encoding.UTF8.GetString(bytes));
            output.Error.WriteLine($"{paths.Length} shards joined: sha256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}");
            foreach (var metric in whole.Metrics)
            {
                output.Error.WriteLine($"{MeasurementWords.Of(metric.Measurement)}");
                if (MeasurementWords.Cut(metric.Measurement) is { } cut) output.Error.WriteLine($"{cut}");
            }

            return GateExitCode.Passed;
        });
        return command;
    }
}
