import { Facts } from './facts.tsx';
import { bytesOf } from './format.ts';
import type { Picture } from './inspector.ts';

/** What the core holds, and what it has counted. */
export function MemoryTab({ picture }: { picture: Picture }) {
  const { stats, memoryBytes } = picture.inspection;
  if (!stats) return <p className="nothing">The core has not loaded yet.</p>;
  const rejected = Object.entries(stats.rejected);
  return (
    <>
      <section>
        <h3>Memory</h3>
        <Facts
          facts={[
            ['WebAssembly', bytesOf(memoryBytes)],
            ['Rows and their index', bytesOf(stats.storeBytes)],
            ['Rows', stats.rows],
            ['Slots', stats.slots],
            ['Tombstones', stats.tombstones],
            ['Pending edits', stats.pending],
            ['Views', stats.views],
            ['Subscriptions', stats.subscriptions],
          ]}
        />
      </section>
      <section>
        <h3>Counted since the core began</h3>
        <Facts
          facts={[
            ['Frames', stats.framesReceived],
            ['Events applied', stats.eventsApplied],
            ['Duplicates', stats.duplicates],
            ['Stale', stats.stale],
            ['Gaps', stats.gaps],
            ['Resets', stats.resets],
            ['Snapshots', stats.snapshots],
            ['From other tabs', stats.relayed],
            ['Rejected', stats.framesRejected],
            ...rejected.map(([code, count]) => [code, count] as const),
          ]}
        />
      </section>
    </>
  );
}
