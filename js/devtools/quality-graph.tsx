import type { QualitySample } from './histories.ts';

const WIDTH = 320;
const HEIGHT = 64;

/** Round trips as a line, the newest at the right; ticks below are missed heartbeats. */
export function QualityGraph({ samples }: { samples: readonly QualitySample[] }) {
  const last = samples.at(-1);
  if (!last) return <p className="nothing">No round trip was measured yet.</p>;
  const times = samples.map(({ rttMs }) => rttMs ?? 0);
  const most = Math.max(...times, 1);
  const x = (index: number): number => (WIDTH * (index + 1)) / samples.length;
  const y = (ms: number): number => HEIGHT - 6 - (ms / most) * (HEIGHT - 12);
  const points = times.map((ms, index) => `${x(index).toFixed(1)},${y(ms).toFixed(1)}`);
  const missed = samples.flatMap(({ missedHeartbeats }, index) =>
    missedHeartbeats > (samples[index - 1]?.missedHeartbeats ?? missedHeartbeats) ? [index] : [],
  );
  const label =
    `Round trips: the last ${samples.length} samples, ${Math.min(...times)} to ${most} ms, ` +
    `now ${last.rttMs} ms; ${last.missedHeartbeats} heartbeats missed`;
  return (
    <figure>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <polyline points={`0,${y(times[0] ?? 0).toFixed(1)} ${points.join(' ')}`} />
        {missed.map((index) => (
          <line key={index} x1={x(index)} x2={x(index)} y1={HEIGHT - 5} y2={HEIGHT} />
        ))}
      </svg>
      <figcaption>
        {last.rttMs} ms now, {most} ms at the most, jitter {last.jitterMs} ms
      </figcaption>
    </figure>
  );
}
