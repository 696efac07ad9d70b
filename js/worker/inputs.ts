import type { Refused } from '../core/effects.ts';
import type { Engine } from '../core/engine.ts';
import { asTidemarkError, isAbort } from '../realtime/callbacks.ts';
import type { HostedPage } from './hosted-page.ts';
import type { Input } from './protocol.ts';

type Of<Op extends Input['op']> = Extract<Input, { op: Op }>;

/** Inputs that concern one page alone. The others are the host's. */
export type OwnInput = Exclude<
  Input,
  Of<
    | 'defineEntity'
    | 'connect'
    | 'disconnect'
    | 'pause'
    | 'wake'
    | 'relay'
    | 'send'
    | 'taken'
    | 'trace'
  >
>;

/** Gives the core what a page asks for, in the core's numbers. What it refuses is told to the page. */
export function perform(page: HostedPage, input: OwnInput, engine: Engine, now: number): void {
  switch (input.op) {
    case 'subscribe':
      attempt(page, 'sub', input.sub, () => {
        page.subs.set(input.sub, engine.subscribe(input.entity, input.filter, now));
      });
      break;
    case 'unsubscribe':
      end(page.subs, input.sub, (sub) => engine.unsubscribe(sub, now));
      break;
    case 'observe':
      attempt(page, 'view', input.view, () => observe(page, input, engine, now));
      break;
    case 'release':
      release(page, input.view, engine, now);
      break;
    case 'poll': {
      const view = page.views.coreOf(input.view);
      if (view !== undefined) engine.poll(view, input.intervalMs, input.adaptive, now);
      break;
    }
    case 'beginSnapshot': {
      const { ticket, view } = input;
      const core = page.views.coreOf(view);
      if (core !== undefined) {
        page.tickets.set(ticket, { core: engine.beginSnapshot(core, now), view });
      }
      break;
    }
    case 'endSnapshot':
      end(page.tickets, input.ticket, ({ core, view }) =>
        attempt(page, 'rows', view, () => engine.endSnapshot(core, input.body, now)),
      );
      break;
    case 'confirmSnapshot':
      end(page.tickets, input.ticket, ({ core }) => engine.confirmSnapshot(core, now));
      break;
    case 'failSnapshot':
      end(page.tickets, input.ticket, ({ core }) =>
        engine.failSnapshot(core, input.retryAfterMs, now),
      );
      break;
    case 'mutate':
      attempt(page, 'edit', input.edit, () => {
        page.keep(input.mutation.id);
        page.edits.set(input.edit, engine.mutate(input.mutation, now));
      });
      break;
    case 'restore':
      attempt(page, 'edit', input.edit, () => {
        page.keep(keyOf(input.saved));
        page.edits.set(input.edit, engine.restore(input.saved, now));
      });
      break;
    case 'settle': {
      const edit = page.edits.coreOf(input.edit);
      if (edit !== undefined) {
        attempt(page, 'edit', input.edit, () => engine.settle(edit, input.row, now));
      }
      page.endEdit(input.edit);
      break;
    }
    case 'fail':
      fail(page, input, engine, now);
      break;
    case 'resolve': {
      const { field, theirs, value } = input;
      const edit = page.edits.coreOf(input.edit);
      if (edit === undefined) break;
      attempt(page, 'edit', input.edit, () => engine.resolve(edit, field, theirs, value, now));
      break;
    }
    case 'settle-up':
      page.settleUp(input.at);
      break;
    case 'stats':
      page.show({ stats: engine.stats() });
      break;
    case 'inspect':
      page.isInspecting = true;
      showInspection(page, engine);
      break;
    case 'traced': {
      const { revision: since, turn } = input;
      const report = engine.traced(Math.max(0, page.trace.inCore(since)));
      page.show({ traced: { turn, since, report: report && page.trace.ofPage(report) } });
      break;
    }
    default:
      input satisfies never;
  }
}

/** As if the page had ended all that it began. */
export function performLeaving(page: HostedPage, engine: Engine, now: number): void {
  for (const edit of page.pendingEdits) {
    // Whether its request arrived is not known here; an event will tell.
    attempt(page, 'edit', edit, () => engine.fail(edit, false, now));
  }
  for (const [view] of [...page.views.entries()]) release(page, view, engine, now);
  for (const sub of page.subs.values()) engine.unsubscribe(sub, now);
  page.subs.clear();
  // The reader's number may be another's next.
  engine.takeBatches([page.reader], () => {});
}

export function showInspection(page: HostedPage, engine: Engine): void {
  const inspection = engine.inspect();
  const views = inspection.views.flatMap((each) => {
    const view = page.views.ownOf(each.view);
    return view === undefined ? [] : [{ ...each, view }];
  });
  page.show({ inspection: { ...inspection, views }, memoryBytes: engine.memoryBytes });
}

function observe(page: HostedPage, { view, spec }: Of<'observe'>, engine: Engine, now: number) {
  page.tellView(view, engine.observe({ ...spec, reader: page.reader }, now));
  if (spec.live === false) return;
  // The very one that the view has: by its number events are told to those who see them.
  page.viewSubs.set(view, engine.subscribe(spec.entity, spec.filter ?? '', now));
}

function release(page: HostedPage, view: number, engine: Engine, now: number): void {
  const core = page.views.delete(view);
  if (core === undefined) return;
  engine.release(core, now);
  end(page.viewSubs, view, (sub) => engine.unsubscribe(sub, now));
  for (const [ticket, of] of page.tickets) if (of.view === view) page.tickets.delete(ticket);
}

function fail(page: HostedPage, { edit, network }: Of<'fail'>, engine: Engine, now: number): void {
  const core = page.edits.coreOf(edit);
  let kept = false;
  if (core !== undefined) {
    attempt(page, 'edit', edit, () => {
      kept = engine.fail(core, network, now);
    });
  }
  if (!kept) page.endEdit(edit);
  page.tellFailed(edit, kept);
}

/** The mutation id of an edit that the core wrote down. */
function keyOf(saved: string): string {
  return String((JSON.parse(saved) as { key?: unknown }).key);
}

function end<T>(entries: Map<number, T>, number: number, use: (value: T) => void): void {
  const value = entries.get(number);
  if (value === undefined) return;
  entries.delete(number);
  use(value);
}

function attempt(page: HostedPage, what: Refused, number: number, input: () => void): void {
  try {
    input();
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    const { code, message } = asTidemarkError('core_failed', thrown);
    page.tell({ op: 'refused', what, number, code, message });
  }
}
