using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Slurm;

/// <summary>A script of bash for a job. Every value in it is quoted.</summary>
internal static class SlurmScript
{
    private const int Restarts = 3;

    /// <summary>Writes the script of an array of tasks that each run one command.</summary>
    /// <param name="path">Where to write it.</param>
    /// <param name="settings">The cluster's settings.</param>
    /// <param name="variables">Environment variables besides those of the settings.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <remarks>
    /// A minute before its time is over a task is told to save its state, and is queued again. A command that is killed (out of memory, a
    /// crash) is started again in its place, a few times; it resumes. A task that Slurm preempts or that loses its node is queued again by
    /// Slurm; one that is canceled saves its state and ends.
    /// </remarks>
    public static void Write(string path, SlurmSettings settings, IEnumerable<KeyValuePair<string, string>> variables, IReadOnlyList<string> command)
    {
        var text = Begin(settings, variables);
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
            child= limit=
            trap 'limit=1; [ -n "$child" ] && kill -TERM "$child" 2>/dev/null' USR1
            trap '[ -n "$child" ] && kill -TERM "$child" 2>/dev/null' TERM
            for attempt in $(seq 0 {{Restarts}}); do
              {{Words(command)}} &
              child=$!
              wait "$child"; code=$?
              while kill -0 "$child" 2>/dev/null; do wait "$child"; code=$?; done # a signal interrupts a wait
              if [ -n "$limit" ]; then
                scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && exit 0
              fi
              case $code in
                132|134|135|136|137|139) echo "killed by signal $((code - 128)); goes on from the last saved state" ;;
                *) break ;;
              esac
            done
            exit "$code"

            """);
        WholeFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Writes the script of one command, whose exit code is left in a file.</summary>
    /// <param name="path">Where to write it.</param>
    /// <param name="settings">The cluster's settings.</param>
    /// <param name="variables">Environment variables besides those of the settings; they win.</param>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="exitCode">Where the exit code is left.</param>
    public static void WriteOnce(string path, SlurmSettings settings, IEnumerable<KeyValuePair<string, string>> variables, IReadOnlyList<string> command, string exitCode)
    {
        var text = Begin(settings, variables);
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
            {{Words(command)}} </dev/null
            code=$?
            printf '%s\n' "$code" >{{Quoted(exitCode + ".new")}} && mv {{Quoted(exitCode + ".new")}} {{Quoted(exitCode)}}
            exit "$code"

            """);
        WholeFile.Write(path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>A text as one word of a shell.</summary>
    internal static string Quoted(string text) => "'" + text.Replace("'", @"'\''", StringComparison.Ordinal) + "'";

    private static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static StringBuilder Begin(SlurmSettings settings, IEnumerable<KeyValuePair<string, string>> variables)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        foreach (var (name, value) in settings.Variables().Where(one => variables.All(other => other.Key != one.Key)).Concat(variables)) text.Append("export ").Append(name).Append('=').Append(Quoted(value)).Append('\n');
        foreach (var line in settings.Setup) text.Append(line).Append('\n');
        return text;
    }
}
