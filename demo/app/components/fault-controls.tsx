import { useState } from 'react';
import { blockTransports, cutLink } from '../api.ts';
import { clientId, type Transport } from '../settings.ts';
import { useAction } from '../use-action.ts';

const BLOCKS = {
  none: [],
  websocket: ['websocket'],
  both: ['websocket', 'sse'],
} as const satisfies Record<string, readonly Transport[]>;
type Block = keyof typeof BLOCKS;

/** Breaks this page's connection at the server, to watch it recover. */
export function FaultControls() {
  const [block, setBlock] = useState<Block>('none');
  const { problem, run } = useAction();
  const toggle = (wanted: Block) =>
    run(async () => {
      const next = block === wanted ? 'none' : wanted;
      await blockTransports(clientId, BLOCKS[next]);
      setBlock(next);
    });
  return (
    <fieldset>
      <legend>Break the connection</legend>
      <button type="button" data-testid="cut" onClick={() => run(() => cutLink(clientId))}>
        Cut the link
      </button>
      <button
        type="button"
        data-testid="block-websocket"
        aria-pressed={block === 'websocket'}
        onClick={() => toggle('websocket')}
      >
        Block WebSocket
      </button>
      <button
        type="button"
        data-testid="block-both"
        aria-pressed={block === 'both'}
        onClick={() => toggle('both')}
      >
        Block WebSocket and SSE
      </button>
      {problem ? <p role="alert">{problem}</p> : null}
    </fieldset>
  );
}
