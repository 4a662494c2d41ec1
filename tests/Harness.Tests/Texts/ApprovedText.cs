
namespace SafetyGate.Harness.Tests.Texts;

/// <summary>Whole texts a user reads, kept as files so that a change of a word is read in review. What differs is left beside the approved file as NAME.received.txt.</summary>
internal static class ApprovedText
{
    /// <summary>Compares a text with tests/Harness.Tests/FOLDER/NAME.txt.</summary>
    public static void Verify(string folder, string name, string text)
    {
        var path = Path.Combine(Repository.Root, "tests", "Harness.Tests", folder, name);
        var (approved, received) = (path + ".txt", path + ".received.txt");
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : null;
        if (expected == text + "\n")
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text + "\n");
        Assert.Equal(expected, text + "\n");
    }
}
