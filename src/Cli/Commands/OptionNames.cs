using System.CommandLine;
using SafetyGate.Core.Files;

namespace SafetyGate.Cli.Commands;

/// <summary>Sentences about settings in which they are called by the options that were typed.</summary>
internal static class OptionNames
{
    /// <summary>A sentence that calls settings by their names in the code, with the command's own names.</summary>
    /// <param name="sentence">Such as <c>TopP is 2; it must lie in (0, 1].</c>.</param>
    /// <param name="options">Options, each of which sets what has its name in the code's spelling.</param>
    /// <param name="others">Settings whose option is called otherwise.</param>
    public static string In(string sentence, IEnumerable<Option> options, params (string Setting, Option Option)[] others) =>
        MemberNames.As(sentence, options.Select(option => (Setting: Spelled(option.Name), Option: option)).Concat(others)
            .GroupBy(one => one.Setting, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Last().Option.Name, StringComparer.Ordinal));

    /// <summary>What something gives, or its errors with the command's own names.</summary>
    /// <exception cref="UserErrorException">As thrown, in those names.</exception>
    public static async Task<T> InErrorsAsync<T>(Func<Task<T>> run, IEnumerable<Option> options, params (string Setting, Option Option)[] others)
    {
        try
        {
            return await run();
        }
        catch (UserErrorException e) when (In(e.Message, options, others) is var told && told != e.Message)
        {
            throw new UserErrorException(told, e, e.ExitCode);
        }
    }

    // --top-p is TopP.
    private static string Spelled(string option) =>
        string.Concat(option.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
