using SafetyGate.Core;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Cli.Tests.Slurm;

/// <summary><c>cluster.json</c>: what is read, and what is refused by name.</summary>
public sealed class SlurmSettingsSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_keys_become_options_and_variables()
    {
        var settings = SlurmSettings.Load(_folder.Write("cluster.json", """
            {"partition": "gpu,long", "account": "team", "qos": "high", "constraint": "h100|h200", "gpus": 2, "cpus": 8, "memory": "64G", "time": "2-12:00:00", "tasks_at_once": 3,
             "environment": {"SAFETYGATE_STORE": "/shared/it's", "A": "b"}, "setup": "module load cuda", "gate": ["apptainer", "exec", "x.sif", "gate"], "sbatch_options": ["--exclude=node7"]}
            """));
        Assert.Equal(["--partition=gpu,long", "--account=team", "--qos=high", "--constraint=h100|h200", "--gpus-per-node=2", "--cpus-per-task=8", "--mem=64G", "--time=2-12:00:00", "--exclude=node7"], settings.Resources());
        Assert.Equal(["OMP_NUM_THREADS=8", "SAFETYGATE_STORE=/shared/it's", "A=b"], settings.Variables().Select(variable => $"{variable.Key}={variable.Value}"));
        Assert.Equal("/shared/it's", settings.Store);
        SlurmScript.Write(_folder.File("job.sh"), settings, [], ["gate", "a b", "$(x)"]);
        var script = File.ReadAllText(_folder.File("job.sh"));
        Assert.StartsWith("#!/bin/bash\nexport OMP_NUM_THREADS='8'\nexport SAFETYGATE_STORE='/shared/it'\\''s'\nexport A='b'\nmodule load cuda\n", script, StringComparison.Ordinal);
        Assert.Contains("'gate' 'a b' '$(x)' &", script, StringComparison.Ordinal);
    }

    // minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes, days-hours:minutes:seconds
    [Theory, InlineData("90"), InlineData("90:00"), InlineData("90:59"), InlineData("4:00:00"), InlineData("100:59:59"), InlineData("4:5:0"), InlineData("2-23"), InlineData("2-0"), InlineData("2-12:59"), InlineData("2-12:00:59")]
    public void Each_form_of_a_time_of_Slurm_is_taken(string time) =>
        Assert.Equal([$"--time={time}"], SlurmSettings.Load(_folder.Write("cluster.json", $$"""{"time": "{{time}}"}""")).Resources());

    [Theory]
    [InlineData("""{"partitions": "gpu"}""", "partitions: is not a known key; did you mean 'partition'?")]
    [InlineData("""{"partition": "gpu; rm"}""", "partition is 'gpu; rm', which Slurm does not read")]
    [InlineData("""{"time": "4h"}""", "time is '4h', which Slurm does not read; write it as in '4:00:00'.")]
    [InlineData("""{"time": "1:99:00"}""", "time is '1:99:00': minutes and seconds end at 59, hours behind days at 23; write it as in '4:00:00' or '2-12:00:00'.")]
    [InlineData("""{"time": "90:60"}""", "time is '90:60': minutes and seconds end at 59")]
    [InlineData("""{"time": "1:00:60"}""", "time is '1:00:60': minutes and seconds end at 59")]
    [InlineData("""{"time": "1-24"}""", "time is '1-24': minutes and seconds end at 59, hours behind days at 23")]
    [InlineData("""{"time": "1-24:00:00"}""", "time is '1-24:00:00': minutes")]
    [InlineData("""{"time": "1-12:60"}""", "time is '1-12:60': minutes")]
    [InlineData("""{"time": "1:00:00:00"}""", "time is '1:00:00:00', which Slurm does not read")]
    [InlineData("""{"time": "1-"}""", "time is '1-', which Slurm does not read")]
    [InlineData("""{"memory": "lots"}""", "memory is 'lots'")]
    [InlineData("""{"gpus": -1}""", "gpus is -1; it must lie in [0, 1024].")]
    [InlineData("""{"cpus": 0}""", "cpus is 0")]
    [InlineData("""{"tasks_at_once": 0}""", "tasks_at_once is 0; it must lie in [1, 1000].")]
    [InlineData("""{"environment": {"HF_TOKEN": "x"}}""", "'HF_TOKEN' is named like a secret")]
    [InlineData("""{"environment": {"A B": "x"}}""", "'A B' is no name of a variable")]
    [InlineData("""{"environment": {"A": 1}}""", "the value of 'A' must be a text of one line")]
    [InlineData("""{"setup": ["a\nb"]}""", "setup holds an empty text or one of several lines")]
    [InlineData("""{"sbatch_options": ["--array=1-9"]}""", "'--array=1-9' is set by the submission itself")]
    [InlineData("""{"sbatch_options": ["-n 3"]}""", "'-n 3' is no option in one word")]
    [InlineData("""[]""", "it must be an object")]
    public void A_mistake_is_named_with_file_line_and_remedy(string json, string words)
    {
        var error = Assert.Throws<UserErrorException>(() => SlurmSettings.Load(_folder.Write("cluster.json", json)));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("cluster.json, line 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_of_a_cluster_without_one_and_a_list_with_one_name_twice_are_usage_errors()
    {
        var recipe = Runs.TinyRecipe.In(_folder, 1, steps: 3);
        Assert.Equal("gate: --wait says how a cluster is used; give --on slurm with it.", Assert.Single((await GateRun.OfAsync("run", recipe, "--wait")).Messages));
        Assert.Contains("Two recipes are called 'tiny-1'", Assert.Single((await GateRun.OfAsync("run", recipe, recipe)).Messages), StringComparison.Ordinal);
        Assert.Contains("cluster.json cannot be read", Assert.Single((await GateRun.OfAsync("run", recipe, "--on", "slurm", "--cluster", _folder.File("cluster.json"))).Messages), StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("run", recipe, "--on", "pbs")).ExitCode);
    }
}
