using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>The page's style sheet, and the policy that lets the page use it and nothing else.</summary>
internal static class HtmlStyle
{
    /// <summary>Nothing is loaded or sent; only this very style sheet is applied and only the page's own script is run.</summary>
    public static string Policy { get; } = $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Sheet)))}'; script-src {HtmlScript.Source}; img-src data:; base-uri 'none'; form-action 'none'";

    public const string Sheet = """

        :root{color-scheme:light dark;--bg:#f7f7f5;--card:#fff;--ink:#1b1f24;--muted:#5b6470;--line:#dfe2e6;--soft:#f0f1f3;--accent:#0b5cad;--good:#17693a;--good-bg:#e3f3e8;--warn:#7a5200;--warn-bg:#fbf0d4;--bad:#a8201a;--bad-bg:#fce8e6;--before:#7b8794;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        @media (prefers-color-scheme:dark){:root{--bg:#111418;--card:#191d23;--ink:#e6e9ed;--muted:#9aa4b0;--line:#2c333c;--soft:#20262d;--accent:#7ab8ff;--good:#6fd196;--good-bg:#15301f;--warn:#edc06a;--warn-bg:#35290f;--bad:#ff8f87;--bad-bg:#3c1917;--before:#8b96a3}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
        .wrap{max-width:76rem;margin:0 auto;padding:0 1.25rem}
        header{background:var(--card);border-bottom:1px solid var(--line)}
        .brand{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:baseline;justify-content:space-between;padding:1rem 0 0;color:var(--muted);font-size:.875rem}
        .brand b{color:var(--ink);letter-spacing:.01em}
        .brand nav{display:flex;flex-wrap:wrap;gap:.1rem 1rem}
        h1{font-size:clamp(1.5rem,1.1rem + 1.9vw,2.125rem);line-height:1.2;letter-spacing:-.015em;margin:.9rem 0 .35rem;font-weight:650;text-wrap:balance}
        h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem;font-weight:650;letter-spacing:-.01em}
        h3{font-size:1.0625rem;line-height:1.35;margin:0;font-weight:600}
        h4{font-size:.9375rem;margin:1.25rem 0 .5rem;font-weight:600}
        p{margin:.5rem 0;max-width:68ch}
        a{color:var(--accent);text-underline-offset:.15em}
        a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:var(--card);padding:.5rem 1rem;z-index:1}
        .tiles{display:flex;flex-wrap:wrap;gap:.5rem;padding:.6rem 0 1.4rem;margin:0;list-style:none}
        .tiles li{padding:.3rem .8rem;border-radius:999px;background:var(--soft);font-size:.875rem;color:var(--muted);font-variant-numeric:tabular-nums}
        .tiles b{color:var(--ink);font-weight:650}
        .bad b,.chip.bad{color:var(--bad)}.warn b,.chip.warn{color:var(--warn)}.good b,.chip.good{color:var(--good)}
        .tiles .bad{background:var(--bad-bg)}.tiles .warn{background:var(--warn-bg)}.tiles .good{background:var(--good-bg)}
        main.wrap{padding-top:1.5rem;padding-bottom:2rem}
        section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin:0 0 1.25rem}
        section.alert{border-color:var(--bad);box-shadow:inset 4px 0 0 var(--bad)}
        .note{color:var(--muted);font-size:.9375rem;margin:0 0 .75rem}
        .scroll{overflow-x:auto;margin:0 -.25rem;padding:0 .25rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
        th{text-align:left;font-weight:600;color:var(--muted);font-size:.8125rem;white-space:nowrap;border-bottom:1px solid var(--line);padding:.4rem .75rem .4rem 0;vertical-align:bottom}
        td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        tr:last-child td{border-bottom:0}
        td.n,th.n{text-align:right;white-space:nowrap}
        .wide td{overflow-wrap:normal}.wide .m{min-width:4.5rem}#verdicts .m{min-width:6.75rem}#verdicts .m:nth-child(3){min-width:0}#verdicts .v{min-width:8.25rem}#verdicts td:nth-child(7){white-space:normal}.wide td.m{overflow-wrap:break-word}.wide .l{min-width:13rem;overflow-wrap:anywhere}
        .chip{display:inline-block;padding:.1rem .6rem;border-radius:.75rem;font-weight:600;font-size:.8125rem}
        .chip.bad{background:var(--bad-bg)}.chip.warn{background:var(--warn-bg)}.chip.good{background:var(--good-bg)}
        .verdict{border-top:1px solid var(--line);padding:1.1rem 0}
        .verdict:first-of-type{border-top:0;padding-top:.25rem}.verdict:last-child{padding-bottom:0}
        .verdict .chip{margin-bottom:.4rem}
        .spec{color:var(--muted);font-size:.8438rem;margin:.2rem 0 .75rem;font-family:var(--mono);max-width:none}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.1rem;margin:.75rem 0;font-size:.9375rem}
        dt{color:var(--muted)}dd{margin:0;font-variant-numeric:tabular-nums}
        details{border:1px solid var(--line);border-radius:8px;margin:.5rem 0;background:var(--soft)}
        summary{cursor:pointer;padding:.55rem .8rem;font-size:.9375rem;font-weight:500}
        summary small{color:var(--muted);font-weight:400}
        .in{padding:.25rem .8rem .8rem;border-top:1px solid var(--line);background:var(--card);border-radius:0 0 8px 8px}
        .in details{background:var(--soft)}
        .pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem}
        .pair>div{min-width:0}
        .pair h5{margin:.6rem 0 .3rem;font-size:.8125rem;color:var(--muted);font-weight:600}
        pre{margin:0;padding:.65rem .8rem;background:var(--soft);border:1px solid var(--line);border-radius:8px;font:.8438rem/1.5 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere}
        pre.now{border-left:3px solid var(--accent)}pre.then{border-left:3px solid var(--before)}
        .plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:1.25rem}
        figure{margin:0;min-width:0}figcaption{font-weight:600;font-size:.9375rem;margin:0 0 .4rem}
        svg.plot{display:block;width:100%;height:auto;max-width:36rem}
        svg text{fill:var(--muted);font-size:12px;font-family:inherit}svg .name{fill:var(--ink);font-size:13px}
        svg .grid{stroke:var(--line);stroke-width:1}svg .margin{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:3 2}
        svg .whisker{stroke-width:2.5;stroke-linecap:round}svg .whisker.now{stroke:var(--accent)}svg .whisker.before{stroke:var(--before)}
        svg circle.now,svg path.now{fill:var(--accent)}svg circle.before{fill:var(--card);stroke:var(--before);stroke-width:2}
        svg .curve{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}
        svg .whisker.bad{stroke:var(--bad)}svg circle.bad{fill:var(--bad)}svg .whisker.warn{stroke:var(--warn)}svg circle.warn{fill:var(--warn)}
        svg.bar{display:block;margin:.2rem 0 0 auto}
        .facts{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;margin:.4rem 0 .2rem;padding:0;list-style:none;font-size:.9375rem;color:var(--muted)}.facts b{color:var(--ink);font-weight:600}
        .find{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin:0 0 1rem}.find[hidden]{display:none}
        .find input,.find select,section>button{font:inherit;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.35rem .6rem;max-width:100%}.find input{flex:1 1 14rem;min-width:0}.find select{min-width:0}
        .find input:focus-visible,.find select:focus-visible,section>button:focus-visible{outline:3px solid var(--accent);outline-offset:1px}.find output{color:var(--muted);font-size:.875rem}
        section>button{cursor:pointer;margin-top:.5rem}.item summary .chip{font-size:.75rem}.sides{grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr))}
        footer.wrap{color:var(--muted);font-size:.875rem;padding-bottom:2.5rem}
        @media (max-width:40rem){.wrap{padding:0 .75rem}section{padding:1rem .9rem}.pair{grid-template-columns:minmax(0,1fr)}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}
        #verdicts table,#verdicts tbody{display:block}#verdicts thead{position:absolute;left:-999rem}#verdicts tr{display:flex;flex-wrap:wrap;gap:.1rem .9rem;border-bottom:1px solid var(--line);padding:.7rem 0}
        #verdicts tr:last-child{border-bottom:0}#verdicts td{display:block;border:0;padding:0;text-align:left;white-space:normal;min-width:0}#verdicts td:empty{display:none}
        #verdicts td[data-label]::before{content:attr(data-label) ": ";color:var(--muted)}#verdicts td.v{min-width:0;order:-3;flex:1 0 100%}#verdicts td.d{order:-2;flex:1 0 100%;font-weight:600}#verdicts td.d::before{font-weight:400}#verdicts svg.bar{margin:.2rem 0}}
        @media print{body{background:#fff}section{break-inside:avoid}}

        """;
}
