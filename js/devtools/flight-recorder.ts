import type { RecorderHandle } from '../core/recording.ts';
import type { RealtimeIntegration } from '../realtime/integration.ts';
import { masked } from './mask.ts';

export type RecorderState = 'none' | 'recording' | 'stopped';

/** The recording that the panel makes. */
export class FlightRecorder {
  readonly #integration: Pick<RealtimeIntegration, 'record'>;
  #handle: RecorderHandle | undefined;
  #state: RecorderState = 'none';

  constructor(integration: Pick<RealtimeIntegration, 'record'>) {
    this.#integration = integration;
  }

  get state(): RecorderState {
    return this.#state;
  }

  /**
   * Begins one, in place of the one before: the integration takes a new core and connects anew.
   *
   * @throws TidemarkError `record_too_late`
   */
  start(isMasked: boolean): void {
    this.#handle?.stop();
    this.#handle = this.#integration.record({
      restart: true,
      redact: isMasked ? masked : undefined,
    });
    this.#state = 'recording';
  }

  /** What was recorded stays. */
  stop(): void {
    this.#handle?.stop();
    if (this.#handle) this.#state = 'stopped';
  }

  /** As JSON, for `replay`. Rejects with TidemarkError when the recorder did not load. */
  async text(): Promise<string> {
    return JSON.stringify(await this.#handle?.recording());
  }
}
