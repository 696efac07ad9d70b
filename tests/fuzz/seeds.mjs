// Where each fuzz target starts from. The fuzzer finds the rest; these spare it the grammar.

const row =
  '{"id":5,"name":"Ä \\u00e9 \\ud83d\\ude00","version":90,"n":-1.5e3,"tags":["a",{"b":null}]}';
const event = `{"type":"realtime","id":"e:41","entity":"projects","action":"update","data":${row},"timestamp":"2026-11-23T09:45:15.123Z","sub":"1","epoch":"e","seq":41,"prev":38,"mutation":"m-17"}`;
const nul = '\0';

export const seeds = {
  validate: [
    row,
    `[${row} , ${row}]`,
    ' [ true , false,null, 0, -0.0, 1e999, "" ] ',
    '"\\ud800 \\"\\\\\\/\\b\\f\\n\\r\\t 日本"',
    '[[[[[[[[[[{"a":{"b":[]}}]]]]]]]]]]',
    `"${'x'.repeat(40)}\\\\"`,
  ],
  equal: [
    `${row}${nul}{"version":90.0,"tags":["a",{"b":null}],"id":5e0,"n":-1500,"name":"Ä é 😀"}`,
    `{"a":1,"b":2,"a":3}${nul}{"b":2,"a":3}`,
    `[1,[2,{"x":"y"}]]${nul}[1, [2, {"x": "z"}]]`,
    `{"\\u0061":{"k":0,"j":1}}${nul}{"a":{"j":1,"k":-0}}`,
  ],
  wire: [
    event,
    `[${event},{"op":"subscribed","ref":"1","sub":"1","epoch":"e","seq":38,"recovered":true}]`,
    '{"op":"pong","ref":7,"positions":{"1":41}}',
    '{"op":"reset","sub":"1"}',
    '{"op":"error","code":"unknown_entity","message":"no","ref":"1"}',
    '{"entity":"projects","action":"delete","data":{"id":"x"},"id":7}',
  ],
  // The refs, topics and ids are those of the one subscription that the target asks for.
  dialects: [
    `["1","1","realtime:tidemark-1","phx_reply",{"status":"ok","response":{"postgres_changes":[{"id":7,"event":"*","schema":"public","table":"projects"}]}}]
["1",null,"realtime:tidemark-1","system",{"extension":"postgres_changes","status":"ok","message":"m"}]
[null,null,"realtime:tidemark-1","postgres_changes",{"ids":[7],"data":{"schema":"public","table":"projects","type":"UPDATE","commit_timestamp":"2026-11-28T01:02:03Z","record":${row},"old_record":{"id":5},"errors":null}}]
["1",null,"realtime:tidemark-1","phx_close",{}]`,
    '{"topic":"realtime:tidemark-1","event":"phx_reply","ref":"1","join_ref":"1","payload":{"status":"error","response":{"reason":"InvalidJWTToken: x"}}}',
    '[null,"ping-1","phoenix","phx_reply",{"status":"ok"}]',
    `{"id":1,"connect":{"client":"c","ping":25,"pong":true}}
{"id":2,"subscribe":{"recoverable":true,"epoch":"x","offset":7,"recovered":true,"publications":[{"data":${event},"offset":8}]}}
{"push":{"channel":"projects","pub":{"data":${event},"offset":9}}}
{}
{"push":{"channel":"projects","unsubscribe":{"code":2500,"reason":"x"}}}`,
    '{"id":2,"error":{"code":109,"message":"token expired","temporary":true}}',
    event,
  ],
  filter: [
    `status=eq.active,n=gte.5${nul}{"status":"active","n":5}`,
    `id=in.(1,"2",a)${nul}{"id":"a"}`,
    `a=is.null,b=not.is.true${nul}{"a":null,"b":false}`,
    `at=lt.2026-11-23T09:45:15Z${nul}{"at":"2026-11-23T10:45:15.5+02:00"}`,
  ],
  poll: [
    `${nul}[${row},{"id":"5"}]`,
    `data.items${nul}{"data":{"items":[{"id":1,"name":"a"},{"id":2,"name":"b","version":"2026-01-01"}]}}`,
    `data${nul}{"data":[]}`,
  ],
};

/** Words that a fuzzer would take long to find. */
export const words = [
  'true',
  'false',
  'null',
  '\\u',
  '\\ud83d\\ude00',
  '1e999',
  '-0',
  '"id"',
  '"op"',
  '"seq"',
  '"sub"',
  '"prev"',
  '"data"',
  '"epoch"',
  '"entity"',
  '"action"',
  '"insert"',
  '"update"',
  '"delete"',
  '"projects"',
  '"version"',
  '"mutation"',
  '"positions"',
  '"recovered"',
  '"subscribed"',
  '"pong"',
  '"reset"',
  '"error"',
  '"__proto__"',
  '"phx_reply"',
  '"phx_error"',
  '"system"',
  '"postgres_changes"',
  '"errors"',
  '"push"',
  '"pub"',
  '"subscribe"',
  '"connect"',
  '"publications"',
  '"offset"',
  '"recoverable"',
  'eq.',
  'neq.',
  'lt.',
  'gte.',
  'in.(',
  'is.null',
  'not.',
];
