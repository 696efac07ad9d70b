import type { TracedEvent } from '../core/trace.ts';
import type { Inspection } from '../realtime/inspection.ts';
import type { RealtimeIntegration } from '../realtime/integration.ts';
import type { LinkState } from '../realtime/link-state.ts';
import { FlightRecorder, type RecorderState } from './flight-recorder.ts';
import {
  appended,
  type LinkMoment,
  MOST_EVENTS,
  MOST_MOMENTS,
  MOST_SAMPLES,
  merged,
  type QualitySample,
  type SeenConflict,
  withConflicts,
} from './histories.ts';

/** What the panel shows at one moment. */
export interface Picture {
  readonly inspection: Inspection;
  /** Oldest first, as all lists here. */
  readonly moments: readonly LinkMoment[];
  readonly samples: readonly QualitySample[];
  readonly events: readonly TracedEvent[];
  readonly conflicts: readonly SeenConflict[];
  readonly recorder: RecorderState;
}

/**
 * Looks at an integration and remembers what was there. The link is listened to from the
 * beginning; all else is read when somebody looks, and events are noted only meanwhile.
 */
export class Inspector {
  readonly recorder: FlightRecorder;
  readonly #integration: RealtimeIntegration;
  readonly #now: () => number;
  #moments: readonly LinkMoment[] = [];
  #samples: readonly QualitySample[] = [];
  #events: readonly TracedEvent[] = [];
  #conflicts: readonly SeenConflict[] = [];
  #link: LinkState | undefined;
  /** Of the last report; and what is added to its numbers. */
  #revision = 0;
  #base = 0;
  #text = '';
  #picture: Picture | undefined;

  constructor(integration: RealtimeIntegration, now: () => number = Date.now) {
    this.#integration = integration;
    this.#now = now;
    this.recorder = new FlightRecorder(integration);
  }

  /** Returns what ends it. */
  start(): () => void {
    this.#note(this.#integration.link);
    return this.#integration.subscribeStatus((state) => this.#note(state));
  }

  /** Whether somebody looks. */
  watch(isWatched: boolean): void {
    this.#integration.trace(isWatched ? MOST_EVENTS : 0);
    this.#countAnew();
  }

  /** The same object until something of it changes. */
  look(): Picture {
    this.#readEvents();
    const inspection = this.#integration.inspect();
    const edits = inspection.core?.edits ?? [];
    this.#conflicts = withConflicts(this.#conflicts, edits, this.#now());
    const text = JSON.stringify(inspection);
    const picture: Picture = {
      inspection: this.#picture && text === this.#text ? this.#picture.inspection : inspection,
      moments: this.#moments,
      samples: this.#samples,
      events: this.#events,
      conflicts: this.#conflicts,
      recorder: this.recorder.state,
    };
    this.#text = text;
    const before = this.#picture;
    const isSame =
      before &&
      (Object.keys(picture) as Array<keyof Picture>).every((key) => picture[key] === before[key]);
    if (!isSame) this.#picture = picture;
    return this.#picture as Picture;
  }

  clearEvents(): void {
    this.#base = this.#events.at(-1)?.number ?? this.#base;
    this.#events = [];
    // What is noted so far is not asked for again.
    this.#integration.trace(0);
    this.#integration.trace(MOST_EVENTS);
    this.#revision = 0;
  }

  #note(link: LinkState): void {
    const before = this.#link;
    this.#link = link;
    const at = this.#now();
    const { status, transport, attempt, quality } = link;
    if (quality !== before?.quality && quality.rttMs !== null) {
      this.#samples = appended(this.#samples, { ...quality, at }, MOST_SAMPLES);
    }
    if (status === before?.status && transport === before.transport) return;
    const core = this.#integration.inspect().core;
    // Said before the core was asked.
    const cause = status === 'connecting' ? 'asked' : (core?.cause ?? null);
    const code = cause === 'closed' ? (core?.lostCode ?? null) : null;
    const moment = { at, status, transport, attempt, cause, code };
    this.#moments = appended(this.#moments, moment, MOST_MOMENTS);
  }

  #readEvents(): void {
    let report = this.#integration.traced(this.#revision);
    if (!report) return;
    // Another core: it counts from the start.
    if (report.revision < this.#revision) {
      this.#countAnew();
      report = this.#integration.traced() ?? report;
    }
    this.#revision = report.revision;
    this.#events = merged(this.#events, report, this.#base);
  }

  #countAnew(): void {
    this.#revision = 0;
    this.#base = this.#events.at(-1)?.number ?? this.#base;
  }
}
