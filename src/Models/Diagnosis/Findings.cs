namespace SafetyGate.Models.Diagnosis;

/// <summary>Collects findings; what a reader refuses becomes one.</summary>
internal sealed class Findings
{
    private readonly List<Finding> all = [];

    public IReadOnlyList<Finding> All => all;

    public void Ok(string subject, string found, string where, string advice = "") => Add(subject, found, where, FindingVerdict.Ok, advice);

    public void Warn(string subject, string found, string where, string advice = "") => Add(subject, found, where, FindingVerdict.Warning, advice);

    public void Wrong(string subject, string found, string where, string advice = "") => Add(subject, found, where, FindingVerdict.Wrong, advice);

    /// <summary>The result of a reader, or nothing when it refuses what it reads.</summary>
    public T? Try<T>(string subject, string where, Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (UserErrorException refusal)
        {
            Wrong(subject, refusal.Message, where);
            return null;
        }
    }

    private void Add(string subject, string found, string where, FindingVerdict verdict, string advice) =>
        all.Add(new() { Subject = subject, Found = found, Where = where, Verdict = verdict, Advice = advice });
}
