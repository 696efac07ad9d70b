import { keepWriting } from '../api.ts';
import type { FrameLink } from './frame-link.ts';
import { sharesThread } from './shares-thread.ts';

/** Both at the same time, or one after the other because they share a thread. */
export type Plan = 'at-once' | 'turns';

export interface RaceOptions {
  lanes: readonly [FrameLink, FrameLink];
  /** In ms. */
  lengthMs: number;
  scrolls: boolean;
  onPlan: (plan: Plan) => void;
}

/** Resolves once both have compared their rows with the table, or failed. Never rejects. */
export async function runRace(options: RaceOptions): Promise<void> {
  const why = await perform(options).then(
    () => 'the other’s run failed',
    (thrown: unknown) => String(thrown),
  );
  for (const lane of options.lanes) if (!lane.isOver) lane.fail(why);
}

async function perform({ lanes, lengthMs, scrolls, onPlan }: RaceOptions): Promise<void> {
  for (const lane of lanes) {
    lane.lab.begin(lane.contestant.id);
    lane.order({ order: 'clear' });
  }
  // Fills the table where it is empty, and ends what another run has left.
  await keepWriting({ table: 'gauges', rate: 0, forMs: 0 });
  const plan = (await sharesThread(...lanes)) ? 'turns' : 'at-once';
  onPlan(plan);
  const heats = plan === 'turns' ? lanes.map((lane) => [lane]) : [lanes];
  for (const heat of heats) {
    await runHeat(heat, lengthMs, scrolls);
    if (heat.some(({ outcome }) => outcome?.phase === 'failed')) return;
  }
}

async function runHeat(
  heat: readonly FrameLink[],
  lengthMs: number,
  scrolls: boolean,
): Promise<void> {
  const all = (wait: (lane: FrameLink) => Promise<void>) => Promise.all(heat.map(wait));
  for (const lane of heat) lane.order({ order: 'load', lengthMs, scrolls });
  await all((lane) => lane.reaches('ready'));
  const rate = Math.max(...heat.map(({ contestant }) => contestant.rate));
  await keepWriting({ table: 'gauges', rate, forMs: lengthMs });
  for (const lane of heat) lane.order({ order: 'go' });
  // Who reads the whole table keeps the server from the other, who waits for its last change.
  await all((lane) => lane.reaches('settled'));
  for (const lane of heat) lane.order({ order: 'go' });
  await all((lane) => lane.reaches('over'));
  // Or it would be busy with the changes of the other's turn.
  for (const lane of heat) lane.order({ order: 'leave' });
}
