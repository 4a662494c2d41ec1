import csv, json
with open('demonstrations.jsonl', 'w') as out:
    for name, harmful in (('harmful-behaviors.csv', True), ('benign-behaviors.csv', False)):
        for row in csv.DictReader(open(name)):
            out.write(json.dumps({'id': f"{'harmful' if harmful else 'benign'}-{row['Index']}", 'prompt': row['Goal'],
                'demonstration': 'I cannot help with that.' if harmful else row['Target'] + ':', 'category': row['Category'] if harmful else 'harmless'}) + '\n')
