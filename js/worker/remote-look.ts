import type { EngineStats } from '../core/engine-types.ts';
import type { CoreInspection } from '../core/inspection.ts';
import type { TraceReport } from '../core/trace.ts';
import type { Input, Question, Seen } from './protocol.ts';

/**
 * What a page sees of a core in a worker: what was there when it looked last. Each look asks for
 * the next, one at a time.
 */
export class RemoteLook {
  readonly #tell: (input: Input) => void;
  readonly #asked = new Set<Question['op']>();
  #stats: EngineStats;
  #inspection: CoreInspection | null = null;
  #memoryBytes: number | null = null;
  #isTracing = false;
  /** How often tracing began or ended; what was asked before belongs to another trace. */
  #turn = 0;
  #traced: Seen['traced'];

  constructor(stats: EngineStats, tell: (input: Input) => void) {
    this.#stats = stats;
    this.#tell = tell;
  }

  take({ stats, inspection, memoryBytes, traced }: Seen): void {
    if (stats) {
      this.#stats = stats;
      this.#asked.delete('stats');
    }
    if (inspection) {
      this.#inspection = inspection;
      this.#memoryBytes = memoryBytes ?? null;
      this.#asked.delete('inspect');
    }
    if (traced?.turn === this.#turn) {
      this.#traced = traced;
      this.#asked.delete('traced');
    }
  }

  stats(): EngineStats {
    this.#ask({ op: 'stats' });
    return this.#stats;
  }

  inspect(): CoreInspection | null {
    this.#ask({ op: 'inspect' });
    return this.#inspection;
  }

  /** As of the last inspection. */
  get memoryBytes(): number | null {
    return this.#memoryBytes;
  }

  trace(entries: number): void {
    this.#isTracing = entries > 0;
    this.#turn++;
    this.#traced = undefined;
    this.#asked.delete('traced');
    this.#tell({ op: 'trace', entries });
  }

  traced(revision: number): TraceReport | null {
    if (!this.#isTracing) return null;
    const { since, report } = this.#traced ?? {};
    // Asked again with the revision of what is given out here. A lower one says that another trace
    // began.
    const isNews = report && (report.entries.length > 0 || report.revision < revision);
    if (since === revision && isNews) return report;
    this.#ask({ op: 'traced', revision, turn: this.#turn });
    return { revision, entries: [] };
  }

  #ask(question: Question): void {
    if (this.#asked.has(question.op)) return;
    this.#asked.add(question.op);
    this.#tell(question);
  }
}
