using SafetyGate.Analysis.Strata;

namespace SafetyGate.Cli.Commands;

/// <summary>Reads <c>--item-columns</c>.</summary>
internal static class ItemColumns
{
    /// <summary>The columns of a text such as <c>prompt=question,completion=answer</c>.</summary>
    /// <exception cref="UserErrorException">A part is not of that form (exit code 64).</exception>
    public static QuestionColumns Of(string? text)
    {
        var columns = new QuestionColumns();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (field, column) = part.Split('=', 2, StringSplitOptions.TrimEntries) is [var first, { Length: > 0 } second] ? (first, second) : ("", "");
            columns = field switch
            {
                "id" => columns with { Id = column },
                "prompt" => columns with { Prompt = column },
                "answer" => columns with { Answer = column },
                "completion" => columns with { Completion = column },
                "choices" => columns with { Choices = column },
                _ => throw new UserErrorException($"--item-columns: '{part}' is not of the form field=column; the fields are id, prompt, answer, completion and choices.", GateExitCode.Usage),
            };
        }

        return columns;
    }
}
