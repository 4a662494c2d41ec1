# Splits SVAMP.json and writes what two teachers say: one works each problem out, the other gives the number and is wrong once in five.
import json, random, re
random.seed(1)
items = json.load(open('SVAMP.json'))
random.shuffle(items)
rows = []
for item in items:
    sides = re.fullmatch(r'\( (\S+) ([-+*/]) (\S+) \)', item['Equation'])
    if not sides: continue
    left, sign, right = float(sides[1]), sides[2], float(sides[3])
    worked = f"{left:g} {sign} {right:g} = {item['Answer']:g} #### {item['Answer']:g}"
    terse = f"#### {item['Answer'] + (random.random() < .2):g}"
    rows.append({'prompt': item['Body'] + ' ' + item['Question'], 'answer': f"{item['Answer']:g}", 'worked': worked, 'terse': terse})
for name, part in {'train': rows[:500], 'selection': rows[500:600], 'test': rows[600:]}.items():
    open(f'svamp.{name}.jsonl', 'w').writelines(json.dumps({k: r[k] for k in ('prompt', 'answer')}) + '\n' for r in part)
open('teachers.jsonl', 'w').writelines(json.dumps(r) + '\n' for r in rows)
