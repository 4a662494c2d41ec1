using System.Globalization;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Dates as <c>strftime</c> of the C locale writes them.</summary>
internal static class PythonDates
{
    public static string Format(DateTimeOffset now, string format, TemplateBudget budget)
    {
        budget.Make(format.Length);
        var into = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                into.Append(format[i]);
                continue;
            }

            var unpadded = format[++i] == '-' && i + 1 < format.Length;
            if (unpadded) i++;
            into.Append(One(now, format[i], unpadded) ?? "%" + (unpadded ? "-" : "") + format[i]);
        }

        return into.ToString();
    }

    private static string? One(DateTimeOffset now, char code, bool unpadded)
    {
        string Padded(int value, int width) => value.ToString(CultureInfo.InvariantCulture).PadLeft(unpadded ? 0 : width, '0');
        string By(string pattern) => now.ToString(pattern, CultureInfo.InvariantCulture);
        var hour = now.Hour % 12 == 0 ? 12 : now.Hour % 12;
        var monday = ((int)now.DayOfWeek + 6) % 7;
        return code switch
        {
            'Y' => Padded(now.Year, 1),
            'C' => Padded(now.Year / 100, 2),
            'y' => Padded(now.Year % 100, 2),
            'm' => Padded(now.Month, 2),
            'd' => Padded(now.Day, 2),
            'e' => now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(unpadded ? 0 : 2, ' '),
            'H' => Padded(now.Hour, 2),
            'I' => Padded(hour, 2),
            'k' => now.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(unpadded ? 0 : 2, ' '),
            'l' => hour.ToString(CultureInfo.InvariantCulture).PadLeft(unpadded ? 0 : 2, ' '),
            'M' => Padded(now.Minute, 2),
            'S' => Padded(now.Second, 2),
            'f' => Padded(now.Millisecond * 1000 + now.Microsecond, 6),
            'j' => Padded(now.DayOfYear, 3),
            'U' => Padded((now.DayOfYear + 6 - (int)now.DayOfWeek) / 7, 2),
            'W' => Padded((now.DayOfYear + 6 - monday) / 7, 2),
            'V' => Padded(ISOWeek.GetWeekOfYear(now.DateTime), 2),
            'G' => Padded(ISOWeek.GetYear(now.DateTime), 1),
            'u' => Padded(monday + 1, 1),
            'w' => Padded((int)now.DayOfWeek, 1),
            'b' or 'h' => By("MMM"),
            'B' => By("MMMM"),
            'a' => By("ddd"),
            'A' => By("dddd"),
            'p' => now.Hour < 12 ? "AM" : "PM",
            'P' => now.Hour < 12 ? "am" : "pm",
            'c' => By("ddd MMM ") + now.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + By(" HH:mm:ss yyyy"),
            'x' or 'D' => By("MM/dd/yy"),
            'X' or 'T' => By("HH:mm:ss"),
            'R' => By("HH:mm"),
            'F' => By("yyyy-MM-dd"),
            's' => now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'z' or 'Z' => "",
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            _ => null,
        };
    }
}
