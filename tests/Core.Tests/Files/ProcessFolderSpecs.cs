using System.Diagnostics;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class ProcessFolderSpecs
{
    [Fact]
    public void A_folder_goes_with_its_owner_and_what_a_killed_process_left_goes_with_the_next()
    {
        var purpose = Invariant($"specs{Environment.ProcessId}");
        int ended;
        using (var process = Process.Start(new ProcessStartInfo("true") { RedirectStandardOutput = true })!)
        {
            process.WaitForExit();
            ended = process.Id;
        }

        string Named(int id) => Path.Combine(Path.GetTempPath(), Invariant($"safetygate-{purpose}-{id}-x"));
        var (left, running, other) = (Named(ended), Named(Environment.ProcessId), Path.Combine(Path.GetTempPath(), $"safetygate-{purpose}-none-x"));
        foreach (var folder in (string[])[left, running, other]) File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, "inside"), "");
        try
        {
            string made;
            using (var folder = ProcessFolder.Create(purpose))
            {
                made = folder.Path;
                Assert.True(Directory.Exists(made));
                Assert.Equal([false, true, true], [Directory.Exists(left), Directory.Exists(running), Directory.Exists(other)]);
            }

            Assert.False(Directory.Exists(made));
        }
        finally
        {
            foreach (var folder in (string[])[running, other]) Directory.Delete(folder, recursive: true);
        }
    }
}
