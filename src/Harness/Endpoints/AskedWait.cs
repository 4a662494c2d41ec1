using System.Globalization;
using System.Net.Http.Headers;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// How long a server asks to wait: <c>retry-after-ms</c>, else <c>Retry-After</c>, a date or whole seconds (RFC 9110, 10.2.3) or, as some
/// servers write it, seconds with a fraction or with their unit.
/// </summary>
internal static class AskedWait
{
    private const double LongestSeconds = 1e7;

    /// <summary>The wait; a date or a number, no text of the server's.</summary>
    /// <returns><c>null</c> if it asks for none.</returns>
    public static RetryConditionHeaderValue? In(HttpResponseHeaders headers)
    {
        if (Number(headers, "retry-after-ms") is { } milliseconds) return Of(milliseconds / 1000);
        return headers.RetryAfter ?? (Number(headers, "Retry-After") is { } seconds ? Of(seconds) : null);
    }

    private static RetryConditionHeaderValue Of(double seconds) => new(TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds)));

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 && values.ToString().Trim() is [>= '0' and <= '9', ..] text
        && double.TryParse(text.TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
