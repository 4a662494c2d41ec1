using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Generation;

/// <summary>A probe's answer for one engine on one kind of machine, remembered in the user's cache.</summary>
/// <param name="folder">Folder of the answers; <c>null</c> remembers nothing.</param>
/// <param name="key">Digest of what the answer depends on; lower-case hex.</param>
internal sealed class GraphAnswers(string? folder, string key)
{
    private const string Format = "graphs 1", Works = "works", Fails = "fails";

    private string? File => folder is null ? null : Path.Combine(folder, key + ".txt");

    /// <summary>The answer; <c>null</c> if there is none, it cannot be read, or another user could have written it.</summary>
    public GraphSupport? Find()
    {
        if (File is not { } path || !System.IO.File.Exists(path) || !IsTrusted(path)) return null;
        try
        {
            return BoundedFile.ReadText(path, 4096).Split('\n') is [Format, Works or Fails, { Length: > 0 } reason, ""] lines
                ? new(lines[1] == Works, reason)
                : null;
        }
        catch (UserErrorException)
        {
            return null;
        }
    }

    /// <summary>Remembers an answer. A folder that cannot be written costs a probe the next time.</summary>
    public void Keep(GraphSupport answer)
    {
        if (File is not { } path) return;
        try
        {
            WholeFile.Write(path, Encoding.UTF8.GetBytes($"{Format}\n{(answer.Works ? Works : Fails)}\n{answer.Reason.ReplaceLineEndings(" ")}\n"));
        }
        catch (UserErrorException)
        {
        }
    }

    private bool IsTrusted(string path)
    {
        var trust = StoreTrust.FromEnvironment();
        return trust.RootProblem(Path.GetDirectoryName(folder!)!) is null && trust.Problem(folder!) is null && trust.Problem(path) is null;
    }
}
