# An OpenAI-compatible server whose models answer from the columns of a file: python3 replay.py FILE PORT MODEL…
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
file, port, *models = sys.argv[1:]
answers = {row['prompt']: row for row in map(json.loads, open(file))}

class Replay(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send({'object': 'list', 'data': [{'id': model, 'object': 'model'} for model in models]})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        text = answers[asked['messages'][-1]['content']][asked['model']]
        self.send({'id': 'r', 'object': 'chat.completion', 'created': 0, 'model': asked['model'],
                   'choices': [{'index': i, 'finish_reason': 'stop', 'message': {'role': 'assistant', 'content': text}} for i in range(asked.get('n') or 1)]})

    def send(self, answer):
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_): pass

ThreadingHTTPServer(('127.0.0.1', int(port)), Replay).serve_forever()
