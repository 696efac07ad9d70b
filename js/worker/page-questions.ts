import { TidemarkError } from '../core/errors.ts';
import type { HostedPage } from './hosted-page.ts';
import type { PageMessage } from './protocol.ts';

type Answer = Extract<PageMessage, { op: 'core' | 'token' }>;

interface Question {
  page: HostedPage;
  answered(answer: Answer): void;
  /** The page went without an answer. */
  left(): void;
}

/** What a host has to ask a page: the core's bytes, and tokens. */
export class PageQuestions {
  readonly #present: () => Iterable<HostedPage>;
  readonly #open = new Map<number, Question>();
  #last = 0;
  /** By which page the last token was to be given: an answer that stays out is asked of another. */
  #asked: HostedPage | undefined;

  constructor(present: () => Iterable<HostedPage>) {
    this.#present = present;
  }

  /** Rejects with TidemarkError `core_unavailable`. */
  core(): Promise<ArrayBuffer> {
    return new Promise((resolve, reject) => {
      const none = () => reject(new TidemarkError('core_unavailable', 'no page gave the core'));
      const page = [...this.#present()].at(-1);
      if (!page) return none();
      const answered = (answer: Answer) => {
        if (answer.op === 'core' && answer.bytes) resolve(answer.bytes);
        else none();
      };
      this.#open.set(0, { page, answered, left: none });
      page.wire.send({ op: 'core' });
    });
  }

  /** Asks a page that is looked at, if there is one. Rejects when none has a token to give. */
  token(refresh: boolean): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const page = this.#nextToAsk();
      if (!page) return reject(new Error('there is no page to ask'));
      this.#asked = page;
      const question = ++this.#last;
      this.#open.set(question, {
        page,
        answered: (answer) => {
          if (answer.op !== 'token') return;
          if (answer.failed) reject(new Error('the page gave no token'));
          else resolve(answer.token);
        },
        left: () => void this.token(refresh).then(resolve, reject),
      });
      page.wire.send({ op: 'token', question, refresh });
    });
  }

  answered(page: HostedPage, answer: Answer): void {
    const number = answer.op === 'core' ? 0 : answer.question;
    const question = this.#open.get(number);
    if (question?.page !== page) return;
    this.#open.delete(number);
    question.answered(answer);
  }

  left(page: HostedPage): void {
    for (const [number, question] of this.#open) {
      if (question.page !== page) continue;
      this.#open.delete(number);
      question.left();
    }
  }

  #nextToAsk(): HostedPage | undefined {
    const pages = [...this.#present()];
    const awake = pages.filter(({ isAwake }) => isAwake);
    const candidates = awake.length > 0 ? awake : pages;
    const before = this.#asked ? candidates.indexOf(this.#asked) : -1;
    return candidates[(before + 1) % candidates.length];
  }
}
