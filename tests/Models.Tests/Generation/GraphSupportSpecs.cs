using System.Diagnostics;
using SafetyGate.Models.Generation;
using TorchSharp;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Whether steps are recorded is decided once a machine, by a child that may crash, and never ends a run.</summary>
public sealed class GraphSupportSpecs : IDisposable
{
    private static readonly GraphSupport Yes = new(true, "it works"), No = new(false, "it does not");
    private readonly TemporaryFolder _folder = new();
    private int _asked;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_cpu_has_a_way_of_its_own()
    {
        Assert.Equal(new(false, "not applicable: CPU"), GraphSupport.Of(torch.CPU));
        Assert.Null(GraphSupport.DecodingOn(torch.CPU));
    }

    [Fact]
    public void The_answer_of_the_trial_is_remembered()
    {
        foreach (var answer in new[] { Yes, No })
        {
            Assert.Equal(answer, Decided(answer, key: answer.Reason.Replace(' ', '-')));
            Assert.Equal(answer, Decided(new(!answer.Works, "another"), key: answer.Reason.Replace(' ', '-')));
        }
        Assert.Equal(2, _asked);
        Assert.Equal(No, Decided(No, key: "it-works", anew: true));
        Assert.Equal(No, Decided(Yes, key: "it-works"));
    }

    [Fact]
    public void An_answer_that_is_not_final_is_not_remembered()
    {
        Assert.Equal(No, Decided(No, isFinal: false));
        Assert.Equal(Yes, Decided(Yes));
    }

    [Fact]
    public void Nothing_is_tried_that_is_switched_off_or_cannot_work()
    {
        Assert.Equal($"switched off: {GraphSupport.Variable} is \"0\"", Decided(Yes, variable: "0").Reason);
        Assert.Equal("the libraries of this libtorch lack cudaGraphLaunch, other", Decided(Yes, missing: ["cudaGraphLaunch", "other"]).Reason);
        Assert.Equal(0, _asked);
        Assert.Equal(Yes, Decided(Yes, variable: "1"));
    }

    [Theory]
    [InlineData(""), InlineData("graphs 1\nworks\n"), InlineData("graphs 2\nworks\nwell\n"), InlineData("graphs 1\nperhaps\nwell\n"), InlineData("graphs 1\nworks\nwell\nand more\n")]
    public void A_damaged_memory_is_none(string text)
    {
        Directory.CreateDirectory(_folder["graphs"]);
        File.WriteAllText(Path.Combine(_folder["graphs"], "key.txt"), text);
        Assert.Equal(No, Decided(No));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public void What_another_user_could_have_written_is_not_taken()
    {
        if (OperatingSystem.IsWindows()) return; // it has no such modes
        Decided(Yes);
        File.SetUnixFileMode(Path.Combine(_folder["graphs"], "key.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Equal(No, Decided(No));
    }

    [Fact]
    public void Without_a_folder_each_process_tries_for_itself() =>
        Assert.Equal(Yes, GraphSupport.Decide(DeviceType.CUDA, null, () => [], () => new GraphAnswers(null, "key"), false, () => new(Yes, IsFinal: true)));

    public static TheoryData<string, bool, bool, string> Children() => new()
    {
        { "printf 'recorded steps drew the tokens of their operators' > \"$0\"", true, true, "in a trial" },
        { "printf 'no step was recorded' > \"$0\"", false, true, "no step was recorded" },
        { "echo first >&2; echo 'terminate called' >&2; kill -SEGV $$", false, true, "status 139 and no answer: terminate called" },
        { "exit 3", false, true, "status 3 and no answer" },
        { "cat; printf 'recorded steps drew the tokens of their operators' > \"$0\"", true, true, "in a trial" }, // nothing is left to read
        { "seq 100000; seq 100000 >&2; printf other > \"$0\"", false, true, "failed: other" }, // more than a pipe holds
        { "sleep 600", false, false, "more than 2 seconds" },
    };

    [Theory, MemberData(nameof(Children))]
    public void A_child_may_answer_crash_or_hang(string script, bool works, bool isFinal, string reason)
    {
        var answer = _folder["answer"];
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        foreach (var argument in (string[])["-c", script, answer]) start.ArgumentList.Add(argument);
        var heard = GraphProbe.Heard(start, answer, TimeSpan.FromSeconds(script == "sleep 600" ? 2 : 60));
        Assert.Equal((works, isFinal), (heard.Support.Works, heard.IsFinal));
        Assert.Contains(reason, heard.Support.Reason);
    }

    // This program itself, on a machine without CUDA: the child answers instead of running specs.
    [Fact]
    public void A_child_of_this_program_answers_before_anything_else_runs()
    {
        Assert.SkipWhen(torch.cuda.is_available(), "The trial would work here.");
        var heard = GraphProbe.Ask(0);
        Assert.False(heard.Support.Works);
        Assert.True(heard.IsFinal);
        Assert.Equal("the trial in a child process failed: _ZN3c104cuda17getStreamFromPoolEba is missing", heard.Support.Reason);
    }

    private GraphSupport Decided(GraphSupport answer, string key = "key", bool isFinal = true, bool anew = false, string? variable = null, string[]? missing = null) =>
        GraphSupport.Decide(DeviceType.CUDA, variable, () => missing ?? [], () => new GraphAnswers(_folder["graphs"], key), anew, () =>
        {
            _asked++;
            return new(answer, isFinal);
        });
}
