using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>The page's one script: search and filter over the flipped items. Without it all of them are there, folded.</summary>
internal static class HtmlScript
{
    /// <summary>The source that the page's policy allows.</summary>
    public static string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    // Reads attributes and text that are in the page, and shows or hides; it writes no markup.
    public const string Text = """

        (() => {
          const bar = document.getElementById('search');
          if (!bar) return;
          const items = [...document.querySelectorAll('[data-item]')].map(e => ({ e, text: e.textContent.toLowerCase() }));
          const words = document.getElementById('search-words'), kind = document.getElementById('search-kind'), found = document.getElementById('search-found');
          const show = () => {
            const wanted = words.value.toLowerCase().split(/\s+/).filter(w => w);
            let n = 0;
            for (const { e, text } of items) {
              const fits = (kind.value === '' || e.dataset.item === kind.value) && wanted.every(w => text.includes(w));
              e.hidden = !fits;
              if (fits) n++;
            }
            const asked = wanted.length > 0 || kind.value !== '';
            for (const list of document.querySelectorAll('.flips')) {
              const any = list.querySelector('[data-item]:not([hidden])') !== null;
              list.hidden = asked && !any;
              if (asked) list.open = any;
            }
            found.textContent = asked ? n + ' of ' + items.length + ' flipped items' : '';
          };
          words.addEventListener('input', show);
          kind.addEventListener('change', show);
          bar.hidden = false;
        })();

        """;
}
