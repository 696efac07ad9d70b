import type { FrameLink } from './frame-link.ts';

const BUSY_MS = 400;
/** Before that and after it. */
const SPARE_MS = 200;
/** Of some 24. One or two may fall on its edges. */
const LEAST_FRAMES = 5;

/** Whether one frame draws while the other is busy: tried out, because browsers differ. */
export async function sharesThread(busy: FrameLink, watching: FrameLink): Promise<boolean> {
  const watched = watching.heard('watched');
  const blocked = busy.heard('blocked');
  watching.order({ order: 'watch', ms: BUSY_MS + 2 * SPARE_MS });
  await new Promise((resolve) => setTimeout(resolve, SPARE_MS));
  busy.order({ order: 'block', ms: BUSY_MS });
  const [{ times }, { from, to }] = await Promise.all([watched, blocked]);
  return times.filter((time) => time > from && time < to).length < LEAST_FRAMES;
}
