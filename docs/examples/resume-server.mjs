// The same, and a page that was away hears what it missed. node resume-server.mjs [port]
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const MOST_KEPT = 10_000;
const tasks = new Map();
const epoch = randomUUID(); // of this history of changes
const log = []; // its newest changes, oldest first
const streams = new Set();
let seq = 0;

function record(action, task) {
  const timestamp = new Date().toISOString();
  log.push({ seq: ++seq, action, data: task, timestamp });
  if (log.length > MOST_KEPT) log.shift();
  for (const each of streams) each.tell(log.at(-1));
}

function save(id, values) {
  const known = tasks.get(id);
  const task = { ...known, ...values, id, version: (known?.version ?? 0) + 1 };
  tasks.set(id, task);
  record(known ? 'update' : 'insert', task);
  return task;
}

function remove(id) {
  const task = tasks.get(id);
  if (tasks.delete(id)) record('delete', task);
  return task ?? null;
}

/** Where a stream goes on: after `Last-Event-ID`, else after what the page says itself. */
function startOf(wanted, lastId) {
  const [, lastEpoch, lastSeq] = /^(.+):(\d+)$/.exec(lastId ?? '') ?? [];
  const since = lastEpoch === epoch ? { epoch, seq: Number(lastSeq) } : wanted.since;
  const oldest = seq - log.length;
  const isKept = since?.epoch === epoch && since.seq >= oldest && since.seq <= seq;
  return isKept ? since.seq : undefined;
}

function stream(request, response, url) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (message, id = '') => response.write(`${id}data: ${JSON.stringify(message)}\n\n`);
  const subscriptions = [];
  const tell = (change) => {
    const place = { epoch, seq: change.seq };
    for (const each of subscriptions) {
      if (change.seq <= each.last) continue;
      const copy = { ...change, ...place, sub: each.sub, prev: each.last };
      each.last = change.seq;
      const event = { type: 'realtime', id: `${epoch}:${change.seq}`, entity: 'tasks', ...copy };
      send(event, `id: ${epoch}:${change.seq}\n`);
    }
  };
  // Filters are not looked at: a page leaves out what it did not ask for.
  for (const wanted of JSON.parse(url.searchParams.get('subscribe') ?? '[]')) {
    const { ref, entity } = wanted;
    if (entity !== 'tasks') {
      send({ op: 'error', code: 'unknown_entity', message: `no entity ${entity}`, ref });
      continue;
    }
    const start = startOf(wanted, request.headers['last-event-id']);
    const subscription = { sub: `s${subscriptions.length}`, last: start ?? seq };
    const recovered = start !== undefined;
    send({
      op: 'subscribed',
      ref,
      sub: subscription.sub,
      epoch,
      seq: subscription.last,
      recovered,
    });
    subscriptions.push(subscription);
  }
  const oldest = Math.min(...subscriptions.map(({ last }) => last));
  for (const change of log) if (change.seq > oldest) tell(change);
  const positions = () => Object.fromEntries(subscriptions.map(({ sub, last }) => [sub, last]));
  const timer = setInterval(() => send({ op: 'pong', positions: positions() }), 10_000);
  const open = { tell };
  streams.add(open);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(open);
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
  const url = new URL(request.url, 'http://localhost');
  const [, collection, id] = url.pathname.split('/');
  const route = routes[`${request.method} /${collection}${id ? '/:id' : ''}`];
  try {
    if (url.pathname === '/realtime/sse') return stream(request, response, url);
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
