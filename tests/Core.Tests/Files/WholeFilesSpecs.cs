using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class WholeFilesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static (string, byte[])[] Files(string folder, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (Path.Combine(folder, $"{i}"), Encoding.UTF8.GetBytes($"new {i}")))];

    [Fact]
    public void All_files_are_written_over_old_ones_and_nothing_else_is_left()
    {
        _folder.Write("1", "old 1");
        WholeFiles.Write(Files(_folder.Path, 3));
        Assert.Equal(["0 new 0", "1 new 1", "2 new 2"], Content());
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void A_disk_that_fills_up_at_any_file_leaves_every_file_as_it_was(int full)
    {
        _folder.Write("1", "old 1");
        var error = Assert.Throws<UserErrorException>(() => WholeFiles.Write(Files(_folder.Path, 3), (path, bytes) =>
        {
            if (Path.GetFileName(path).StartsWith($"{full}.", StringComparison.Ordinal))
            {
                File.WriteAllBytes(path, bytes[..1]);
                throw new IOException("No space left on device");
            }

            WholeFile.Create(path, bytes);
        }));
        Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
        Assert.Contains($"{_folder[$"{full}"]} cannot be written: No space left on device None of the 3 files is changed.", error.Message, StringComparison.Ordinal);
        Assert.Equal(["1 old 1"], Content());
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void A_place_that_cannot_be_taken_puts_back_what_was_moved_already(int taken)
    {
        Directory.CreateDirectory(_folder[$"{taken}"]);
        foreach (var i in Enumerable.Range(0, 3).Where(i => i != taken)) _folder.Write($"{i}", $"old {i}");
        Assert.Equal(GateExitCode.CannotWrite, Assert.Throws<UserErrorException>(() => WholeFiles.Write(Files(_folder.Path, 3))).ExitCode);
        Assert.Equal(Enumerable.Range(0, 3).Where(i => i != taken).Select(i => $"{i} old {i}"), Content());
    }

    [Fact]
    public void A_link_at_the_place_of_a_file_or_of_its_temporary_copy_is_replaced_and_its_target_kept()
    {
        var victim = _folder.Write("victim", "precious");
        var mark = $"{Environment.ProcessId}-{Environment.CurrentManagedThreadId}";
        foreach (var name in new[] { "0", $"0.tmp{mark}", $"0.old{mark}", "1", $"1.tmp{mark}" })
            File.CreateSymbolicLink(_folder[name], victim);
        WholeFiles.Write(Files(_folder.Path, 1));
        WholeFile.Write(_folder["1"], "new 1"u8.ToArray());
        Assert.Equal("precious", File.ReadAllText(victim));
        Assert.Equal(("new 0", "new 1"), (File.ReadAllText(_folder["0"]), File.ReadAllText(_folder["1"])));
        Assert.Equal((null, null), (new FileInfo(_folder["0"]).LinkTarget, new FileInfo(_folder["1"]).LinkTarget));
    }

    private IEnumerable<string> Content() => Directory.EnumerateFiles(_folder.Path).Order(StringComparer.Ordinal).Select(path => $"{Path.GetFileName(path)} {File.ReadAllText(path)}");
}
