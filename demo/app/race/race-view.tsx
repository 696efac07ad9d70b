import { useEffect, useId, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useRealtimeStatus } from 'tidemark/react';
import { ConnectionHeader } from '../components/connection-header.tsx';
import { type Contestant, contestants } from '../load/contestant.ts';
import { lengthOf } from '../load/length.ts';
import { endOf } from '../load/results-table.tsx';
import { ScrollCheck } from '../load/scroll-check.tsx';
import { FrameLink } from './frame-link.ts';
import { Lane } from './lane.tsx';
import { type Plan, runRace } from './race.ts';
import { useInSight } from './use-in-sight.ts';

const withId = (wanted: Contestant['id']): Contestant =>
  contestants.find(({ id }) => id === wanted) as Contestant;

const TIDEMARK = withId('tidemark');
const OPPONENTS = [withId('per-event'), withId('batched')] as const;

const PLANS: Record<Plan, string> = {
  'at-once': `Both at once. This browser gives each frame a process of its own; they share the ${navigator.hardwareConcurrency} processors of this machine, not a thread.`,
  turns:
    'One after the other. This browser has one thread for both frames, and who is slow would spoil the other’s frames.',
};

/** Two contestants beside one another, each a page of its own in a frame. */
export function RaceView() {
  const [opponent, setOpponent] = useState<Contestant>(OPPONENTS[0]);
  const [scrolls, setScrolls] = useState(true);
  const [isNamed, setNamed] = useState(true);
  const [plan, setPlan] = useState<Plan>();
  const [isBusy, setBusy] = useState(false);
  const [areSilent, setSilent] = useState(false);
  const [open, setOpen] = useState<ReadonlySet<FrameLink>>(new Set());
  const selectId = useId();
  const arena = useRef<HTMLDivElement>(null);
  const lengthMs = lengthOf(window.location.search);
  // biome-ignore lint/correctness/useExhaustiveDependencies: frames of other names are others
  const tidemark = useMemo(() => new FrameLink(TIDEMARK), [isNamed]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  const byHand = useMemo(() => new FrameLink(opponent), [opponent, isNamed]);
  const isReady = open.has(tidemark) && open.has(byHand);
  const said = [useSaid(tidemark), useSaid(byHand)].filter(Boolean).join(' ');
  useInSight(arena, isBusy, () => {
    const lanes = [tidemark, byHand];
    if (!lanes.some(({ outcome }) => outcome?.phase === 'running')) return;
    for (const lane of lanes) {
      if (!lane.isOver) lane.fail('a browser draws nothing that is out of sight');
    }
  });
  useEffect(() => {
    for (const lane of [tidemark, byHand]) lane.order({ order: 'scroll', scrolls });
  }, [tidemark, byHand, scrolls]);

  const start = async () => {
    if (isBusy || !isReady) return;
    setBusy(true);
    showAll(arena.current);
    await runRace({ lanes: [tidemark, byHand], lengthMs, scrolls, onPlan: setPlan });
    setBusy(false);
  };

  const lane = {
    lengthMs,
    isNamed,
    onOpen: (link: FrameLink) => setOpen((before) => new Set(before).add(link)),
    onSilent: () => (isNamed ? setNamed(false) : setSilent(true)),
  };
  return (
    <>
      <Header />
      <main id="main" tabIndex={-1} className="load race" data-plan={plan ?? 'none'}>
        <section className="card starter" aria-label="The race">
          <p className="lead">
            The same 100,000 rows, the same 1,000 changes a second, for {lengthMs / 1000} seconds.
          </p>
          <div className="field">
            <label htmlFor={selectId}>Beside Tidemark</label>
            <select
              id={selectId}
              value={opponent.id}
              disabled={isBusy}
              onChange={({ target }) => {
                setOpponent(withId(target.value as Contestant['id']));
                setPlan(undefined);
              }}
            >
              {OPPONENTS.map(({ id, label }) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </select>
          </div>
          <ScrollCheck scrolls={scrolls} onChange={setScrolls} />
          <button
            type="button"
            className="primary"
            data-testid="start-race"
            aria-disabled={isBusy || !isReady}
            onClick={start}
          >
            Start both
          </button>
          <p className="plan" data-testid="plan">
            {plan
              ? PLANS[plan]
              : 'Each is a page of its own, in a frame. Whether this browser also gives each a thread is tried out at the start.'}
          </p>
          {areSilent ? <p role="alert">The frames do not load. Is the server running?</p> : null}
        </section>
        <p role="status" className="unseen" data-testid="race-status">
          {said}
        </p>
        <div className="lanes" ref={arena}>
          <Lane key={`tidemark ${isNamed}`} link={tidemark} place="tidemark" {...lane} />
          <Lane key={`${opponent.id} ${isNamed}`} link={byHand} place="by-hand" {...lane} />
        </div>
      </main>
    </>
  );
}

function Header() {
  return <ConnectionHeader title="Race" realtime={useRealtimeStatus()} />;
}

/** How far one has come, for who does not see it. */
function useSaid({ contestant, lab }: FrameLink): string {
  const outcome = useSyncExternalStore(lab.subscribe, lab.outcomes).get(contestant.id);
  return outcome ? `${contestant.label}: ${endOf(outcome)}.` : '';
}

function showAll(arena: HTMLElement | null): void {
  const box = arena?.getBoundingClientRect();
  if (box && (box.top < 0 || box.bottom > window.innerHeight)) arena?.scrollIntoView();
}
