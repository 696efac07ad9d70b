// For the project `hosted`: every integration and client has its core at the other end of a
// MessageChannel, as in a worker, and all else is as usual.
import { vi } from 'vitest';
import type { Elsewhere, WorkerOptions } from '../../../js/worker/elsewhere.ts';
import { Host } from '../../../js/worker/host.ts';
import { placeOver } from './place-over.ts';

type Setup = Parameters<typeof import('../../../js/worker/elsewhere.ts').elsewhere>[1];

vi.mock('../../../js/worker/elsewhere.ts', async () => {
  const { openRemote } = await import('../../../js/worker/open-remote.ts');
  const { inlinedBytes } = await import('../../../js/core/compiled-core.ts');
  return {
    elsewhere: (
      options: WorkerOptions,
      { config, links, target, wholeEvents }: Setup,
    ): Elsewhere => {
      // What cannot be handed to a worker is what there is in one.
      const own = options as { WebSocket?: unknown };
      if (own.WebSocket) Object.assign(globalThis, { WebSocket: own.WebSocket });
      const place = placeOver(new Host());
      const link = links && { ...links, url: links.url.href, sseUrl: links.sseUrl?.href };
      const { url, sseUrl, credentials, tokenInUrl } = link ?? {};
      const setup = {
        config,
        link: url === undefined ? null : { url, sseUrl, credentials, tokenInUrl },
        wasmUrl: undefined,
      };
      return {
        load: () =>
          openRemote(
            place,
            { name: '', setup, lock: null, wholeEvents },
            { getToken: target?.getToken, core: inlinedBytes },
          ),
        close: () => {},
      };
    },
  };
});
