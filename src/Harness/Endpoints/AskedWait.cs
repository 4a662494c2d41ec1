using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// How long a server asks to wait: <c>retry-after-ms</c>, else <c>Retry-After</c>, a date or whole seconds (RFC 9110, 10.2.3) or, as some
/// servers write it, seconds with a fraction or with their unit; else the <c>retryDelay</c> in the body of Google's errors.
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

    /// <summary>The wait in the details of an error in a body (google.rpc.RetryInfo), such as <c>34.07s</c>.</summary>
    /// <returns><c>null</c> if it asks for none.</returns>
    public static RetryConditionHeaderValue? In(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1) root = root[0];
            return Member(Member(root, "error"), "details") is not { ValueKind: JsonValueKind.Array } details ? null
                : details.EnumerateArray().Select(detail => Member(detail, "retryDelay")).OfType<JsonElement>()
                    .Select(delay => delay.ValueKind == JsonValueKind.String ? Number(delay.GetRawText().Trim('"')) : null)
                    .FirstOrDefault(seconds => seconds is not null) is { } asked ? Of(asked) : null;
        }
        catch (JsonException)
        {
            return null; // a page, or half of a body
        }
    }

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } at && at.TryGetProperty(name, out var value) ? value : null;

    private static RetryConditionHeaderValue Of(double seconds) => new(TimeSpan.FromSeconds(Math.Min(seconds, LongestSeconds)));

    private static double? Number(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count == 1 ? Number(values.ToString().Trim()) : null;

    private static double? Number(string text) =>
        text is [>= '0' and <= '9', ..] && double.TryParse(text.TrimEnd('s'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
