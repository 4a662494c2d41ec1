using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// The page's one script: search and filter over all items, or, in a page without them, over the flipped ones, which are there without it
/// too, folded.
/// </summary>
internal static class HtmlScript
{
    /// <summary>The source that the page's policy allows.</summary>
    public static string Source { get; } = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";

    // Reads attributes, text and data that are in the page, shows and hides, and adds elements with text; it writes no markup.
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
        (() => {
          const data = document.getElementById('items-data');
          if (!data) return;
          const { sets, texts, rows } = JSON.parse(data.textContent);
          const [without, bar, words, metric, part, outcome, found, list, more] = ['without', 'bar', 'words', 'metric', 'part', 'outcome', 'found', 'list', 'more'].map(id => document.getElementById('items-' + id));
          const step = 50, few = 10, parts = { suite: 2, category: 3 }, sides = { approved: 8, untuned: 7, now: 6 };
          const worse = (row, side) => row[sides[side]] && row[6][1] < row[sides[side]][1], better = (row, side) => row[sides[side]] && row[6][1] > row[sides[side]][1];
          const changes = [['worse', 'approved'], ['worse', 'untuned'], ['better', 'approved'], ['better', 'untuned']].map(([how, side]) => [how + ' than ' + side, row => (how === 'worse' ? worse : better)(row, side)]);
          const outcomes = [['all outcomes', () => true], ['flipped', row => changes.some(([, is]) => is(row))], ['failing now', row => row[6][1] < .5], ...changes, ['unscored now', row => row[6][2] > 0]];
          const make = (tag, name, text) => {
            const e = document.createElement(tag);
            e.className = name;
            e.textContent = text;
            return e;
          };
          const option = (value, text) => {
            const e = make('option', '', text);
            e.value = value;
            return e;
          };
          const group = (label, options) => {
            const e = document.createElement('optgroup');
            e.label = label;
            e.append(...options);
            return e;
          };
          const searched = new Map();
          const textOf = row => {
            if (!searched.has(row)) searched.set(row, [...row.slice(1, 6).map(at => texts[at]), ...row.slice(6).map(answer => answer && answer[0] > 0 ? texts[answer[0]] : '')].join('\n').toLowerCase());
            return searched.get(row);
          };
          const scored = (answer, set) => {
            const why = texts[answer[3] || 0], who = texts[answer[4] || 0];
            return (answer[2] === set.samples ? 'unscored' : 'scored ' + answer[1] + (answer[2] ? ', ' + answer[2] + ' unscored' : '') + (set.samples > 1 ? ', mean of ' + set.samples + ' samples, the lowest shown' : '')) + (who ? ', by ' + who : '') + (why ? ': ' + why : '');
          };
          const answers = row => {
            const shown = [];
            for (const side of Object.keys(sides)) {
              const answer = row[sides[side]];
              if (!answer) continue;
              const same = shown.find(one => one.answer[0] === answer[0] && one.answer[0] >= 0 && one.answer[1] === answer[1] && one.answer[2] === answer[2]);
              if (same) { same.names.push(side); same.answer = answer; }
              else shown.push({ names: [side], answer });
            }
            return shown.map(({ names, answer }) => {
              const e = make('div', '', '');
              e.append(make('h5', '', names.join(' and ') + ', ' + scored(answer, sets[row[0]])), make('pre', names.includes('now') ? 'now' : 'then', answer[0] < 0 ? 'Not in the store of the run.' : texts[answer[0]] || '(empty)'));
              return e;
            });
          };
          const opened = row => {
            const e = make('div', 'in', ''), pair = make('div', 'pair sides', '');
            pair.append(...answers(row));
            e.append(make('h4', '', 'Asked'), make('pre', '', texts[row[5]] || '(not recorded)'), pair);
            return e;
          };
          const item = row => {
            const e = make('details', 'item', ''), head = make('summary', '', (row[6][1] < .5 ? '✘ ' : '✔ ') + texts[row[1]] + ' '), set = sets[row[0]];
            head.append(make('small', '', [set.model, set.metric, texts[row[2]], texts[row[3]]].filter(text => text).join(' · ')));
            for (const [name, is] of changes) if (is(row)) head.append(' ', make('span', 'chip ' + (name.startsWith('worse') ? 'bad' : 'good'), name));
            if (row[6][2] > 0) head.append(' ', make('span', 'chip warn', 'unscored'));
            e.append(head);
            e.addEventListener('toggle', () => { if (e.open && e.childElementCount === 1) e.append(opened(row)); });
            return e;
          };
          let shown = [];
          const next = count => {
            const from = list.childElementCount;
            list.append(...shown.slice(from, from + count).map(item));
            const left = shown.length - list.childElementCount;
            more.hidden = left === 0;
            more.textContent = 'Show ' + Math.min(step, left) + ' more';
            found.textContent = shown.length + ' of ' + rows.length + ' items' + (left ? ', the first ' + list.childElementCount + ' listed' : '');
            return list.children[from];
          };
          const show = () => {
            const wanted = words.value.toLowerCase().split(/\s+/).filter(w => w), [kind, at] = part.value.split(' ');
            shown = rows.filter(row => (metric.value === '' || row[0] === +metric.value) && (part.value === '' || row[parts[kind]] === +at) && outcomes[outcome.value][1](row) && (wanted.length === 0 || wanted.every(w => textOf(row).includes(w))));
            list.replaceChildren();
            next(shown.length === rows.length ? few : step); // what follows in the page stays near until something is asked for
          };
          const offer = () => {
            const of = rows.filter(row => metric.value === '' || row[0] === +metric.value), chosen = part.value;
            const groups = Object.keys(parts).map(kind => [kind, [...new Set(of.map(row => row[parts[kind]]))].filter(at => at).map(at => [kind + ' ' + at, texts[at]]).sort((a, b) => a[1] < b[1] ? -1 : 1)]).filter(([, of]) => of.length);
            part.replaceChildren(option('', 'all ' + (groups.length ? groups.map(([kind]) => kind === 'suite' ? 'suites' : 'categories').join(' and ') : 'suites')), ...groups.map(([kind, of]) => group(kind, of.map(([value, text]) => option(value, text)))));
            part.hidden = groups.length === 0;
            part.value = chosen;
            if (part.selectedIndex < 0) part.value = '';
          };
          metric.append(option('', 'all metrics'), ...[...new Set(sets.map(set => set.model))].map(model => group(model, sets.map((set, at) => [set, at]).filter(([set]) => set.model === model).map(([set, at]) => option(at, set.metric + ' (' + set.items + ')')))));
          outcome.append(...outcomes.map(([name, is], at) => option(at, at ? name + ' (' + rows.filter(is).length + ')' : name)));
          offer();
          words.addEventListener('input', show);
          metric.addEventListener('change', () => { offer(); show(); });
          part.addEventListener('change', show);
          outcome.addEventListener('change', show);
          more.addEventListener('click', () => next(step).firstElementChild.focus());
          without.hidden = true;
          bar.hidden = false;
          show();
        })();

        """;
}
