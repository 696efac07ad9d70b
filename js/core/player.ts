import { Digest } from './digest.ts';
import type { Engine } from './engine.ts';
import { TidemarkError } from './errors.ts';

/** Every method of the engine that changes what it will do. `flush` is one: it takes rows out. */
export const INPUTS = new Set<string>([
  'defineEntity',
  'connect',
  'disconnect',
  'linkOpened',
  'linkClosed',
  'token',
  'tokenFailed',
  'pause',
  'wake',
  'tick',
  'frame',
  'frameTooLarge',
  'stream',
  'relay',
  'send',
  'subscribe',
  'unsubscribe',
  'observe',
  'release',
  'poll',
  'beginSnapshot',
  'endSnapshot',
  'confirmSnapshot',
  'failSnapshot',
  'mutate',
  'restore',
  'settle',
  'fail',
  'resolve',
  'flush',
] satisfies Array<keyof Engine>);

export interface Played {
  /** Of the answer, the effects and the change batch; empty when there was nothing of it. */
  digest: string;
  /** JSON; empty when there is none. */
  effects: string;
}

/** Runs inputs by name, and reduces what comes out to a digest. */
export class Player {
  readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** @throws TidemarkError `bad_recording` when there is no such input */
  play(method: string, args: readonly unknown[]): Played {
    if (!INPUTS.has(method)) throw new TidemarkError('bad_recording', `no input '${method}'`);
    const digest = new Digest();
    const answer = method === 'flush' ? this.#flush(digest) : this.#call(method, args);
    const effects = this.engine.takeEffectsText();
    const isNothing = answer === '' && effects === '';
    return { digest: isNothing ? '' : digest.text(answer).text(effects).hex, effects };
  }

  #flush(digest: Digest): string {
    return this.engine.takeBatch((batch) => digest.bytes(batch)) ? 'flushed' : '';
  }

  #call(method: string, args: readonly unknown[]): string {
    try {
      const call = Reflect.get(this.engine, method) as (...args: unknown[]) => unknown;
      const answer = call.apply(this.engine, [...args]);
      return answer === undefined ? '' : String(answer);
    } catch (thrown) {
      // A refusal is an outcome; anything else is a core that broke.
      if (thrown instanceof TidemarkError) return thrown.code;
      throw thrown;
    }
  }
}
