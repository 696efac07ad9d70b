// Tasks over REST, and a stream that tells of their changes. node plain-server.mjs [port]
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const tasks = new Map();
const streams = new Set();
const run = randomUUID();
let changes = 0;

function tell(action, task) {
  const event = {
    type: 'realtime',
    id: `${run}:${++changes}`, // the same for everybody who is told
    entity: 'tasks',
    action,
    data: task, // the whole row; of a deleted one its id is enough
    timestamp: new Date().toISOString(),
  };
  for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
}

function save(id, values) {
  const known = tasks.get(id);
  // A version that only grows lets a page tell an older row from a newer one.
  const task = { ...known, ...values, id, version: (known?.version ?? 0) + 1 };
  tasks.set(id, task);
  tell(known ? 'update' : 'insert', task);
  return task;
}

function remove(id) {
  const task = tasks.get(id);
  if (tasks.delete(id)) tell('delete', task);
  return task ?? null;
}

function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  // At once, and then often enough that a quiet stream is not taken for a dead one.
  response.write(':\n\n');
  const timer = setInterval(() => response.write(':\n\n'), 10_000);
  streams.add(response);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(response);
  });
}

async function bodyOf(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

const routes = {
  'GET /tasks': () => [...tasks.values()],
  'POST /tasks': async (_, request) => save(randomUUID(), await bodyOf(request)),
  'PATCH /tasks/:id': async (id, request) => save(id, await bodyOf(request)),
  'DELETE /tasks/:id': (id) => remove(id),
};

const server = createServer(async (request, response) => {
  const [, collection, id] = new URL(request.url, 'http://localhost').pathname.split('/');
  if (collection === 'events') return stream(response);
  const route = routes[`${request.method} /${collection}${id ? '/:id' : ''}`];
  try {
    const answer = route ? await route(id, request) : null;
    response.writeHead(route ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(400).end(String(error));
  }
});
server.listen(Number(process.argv[2] ?? 4000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
