import type { Clock } from '../core/clock.ts';
import type { Dialect } from '../realtime/link-target.ts';
import { CentrifugoConnection } from './dialects/centrifugo.ts';
import { ChannelStreams } from './dialects/channel-streams.ts';
import type { StreamAnswer, StreamRequest } from './dialects/event-stream.ts';
import { MercureHub } from './dialects/mercure.ts';
import { NativeConnection } from './dialects/native.ts';
import { NativeStreams } from './dialects/native-streams.ts';
import { PlainStreams } from './dialects/plain.ts';
import { SupabaseSocket } from './dialects/supabase.ts';
import type { Feed } from './feed.ts';
import type { Link, VerifyToken } from './link.ts';
import type { ServerEnd } from './network/wire.ts';
import type { Tables } from './tables.ts';

/** How one dialect is served: under which address, and over what. */
export interface Service {
  /** What stands behind the host. */
  path: string;
  /** Undefined: the upgrade is refused. */
  socket?(url: URL, link: Link): ServerEnd | undefined;
  stream?(request: StreamRequest): StreamAnswer;
}

interface Setting {
  tables: Tables;
  verify: VerifyToken | undefined;
  clock: Clock;
}

/** Somebody who listens to nothing that the client says. */
const deaf = (end: { close(): void }): ServerEnd => ({
  receive: () => {},
  close: () => end.close(),
});

const MAKERS: Readonly<Record<Dialect, (feed: Feed, setting: Setting) => Service>> = {
  native: (feed, setting) => {
    const streams = new NativeStreams(feed, setting);
    return {
      path: '/realtime',
      socket: (_url, link) => new NativeConnection(feed, link, setting),
      stream: (request) => streams.answer(request),
    };
  },
  supabase: (feed, setting) => ({
    path: '/realtime/v1/websocket',
    socket: ({ searchParams }, link) => {
      const asked = { vsn: searchParams.get('vsn'), apikey: searchParams.get('apikey') };
      return new SupabaseSocket(feed, link, asked, setting);
    },
  }),
  centrifugo: (feed, setting) => {
    const channels = new ChannelStreams(feed, setting);
    return {
      path: '/connection/websocket',
      socket: (_url, link) => new CentrifugoConnection(channels, link, setting),
    };
  },
  mercure: (feed, setting) => {
    const hub = new MercureHub(feed, setting);
    return { path: '/.well-known/mercure', stream: (request) => hub.answer(request) };
  },
  plain: (feed, setting) => {
    const streams = new PlainStreams(feed, setting);
    return {
      path: '/events',
      socket: (url, link) => {
        const answer = streams.answer({ url, header: () => undefined }, 'websocket');
        return answer.status === 200 ? deaf(answer.open(link)) : undefined;
      },
      stream: (request) => streams.answer(request, 'sse'),
    };
  },
};

export function serviceOf(dialect: Dialect, feed: Feed, setting: Setting): Service {
  return MAKERS[dialect](feed, setting);
}
