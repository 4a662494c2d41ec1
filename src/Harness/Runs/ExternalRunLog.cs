using System.Text;
using SafetyGate.Harness.Slurm;

namespace SafetyGate.Harness.Runs;

/// <summary>Keeps the output of a command: all of it in a file, the last lines in memory; without the secrets it inherited.</summary>
internal sealed class ExternalRunLog : IDisposable
{
    private const int TailLines = 20;
    private const int LongestLine = 500;
    private readonly Lock _lock = new();
    private readonly Queue<string> _tail = new();
    private readonly StreamWriter _file;
    private readonly Action<string> _report;
    private readonly InheritedSecrets _secrets = InheritedSecrets.Here();
    private bool _closed;

    public ExternalRunLog(string path, Action<string> report)
    {
        (FilePath, _report) = (path, report);
        _file = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false))
        {
            NewLine = "\n",
            AutoFlush = true
        };
    }

    public string FilePath { get; }

    public void Begin(int attempt, string command) => _file.WriteLine(Invariant($"--- attempt {attempt}: {command}"));

    public void Write(string line)
    {
        line = _secrets.Hide(line);
        lock (_lock)
        {
            if (_closed) return; // of a process that outlived the command
            _file.WriteLine(line);
            if (line.Length == 0) return; // a progress bar ends its line twice
            _tail.Enqueue(line.Length <= LongestLine ? line : line[..LongestLine] + "…");
            if (_tail.Count > TailLines) _tail.Dequeue();
        }

        _report(line);
    }

    public string TailInWords()
    {
        lock (_lock)
            return _tail.Count == 0 ? "it printed nothing." : Invariant($"the last {_tail.Count} lines:\n  ") + string.Join("\n  ", _tail);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _file.Dispose();
        }
    }
}
