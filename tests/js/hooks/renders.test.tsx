// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { memo, StrictMode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useRealtimeQuery } from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
}

const key = ['projects', 'list'];
const ROWS = 1000;
const EVENTS = 1000;
/** Which rows the events are about. */
const CHANGED = 50;

// Much is rendered in this; a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('a list of 1,000 rows under a burst of 1,000 events', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await Harness.start();
  });
  afterEach(() => harness.stop());

  it.each([false, true])(
    'is rendered once a frame at most, and of its rows those that changed (StrictMode: %s)',
    async (strict) => {
      let listRenders = 0;
      const rowRenders = new Map<number, number>();
      let frames = 0;
      let frame = requestAnimationFrame(function count() {
        frames++;
        frame = requestAnimationFrame(count);
      });

      const Row = memo(({ project }: { project: Project }) => {
        rowRenders.set(project.id, (rowRenders.get(project.id) ?? 0) + 1);
        return <li>{project.version}</li>;
      });
      function List() {
        listRenders++;
        const { data = [] } = useRealtimeQuery({
          queryKey: key,
          queryFn: async () => Array.from({ length: ROWS }, (_, id) => ({ id, version: 1 })),
          realtimeEntity: 'projects',
        });
        return (
          <ul>
            {data.map((project) => (
              <Row key={project.id} project={project} />
            ))}
          </ul>
        );
      }
      const { container } = render(
        strict ? (
          <StrictMode>
            <List />
          </StrictMode>
        ) : (
          <List />
        ),
        {
          wrapper: harness.wrapper,
        },
      );
      await harness.live(key);
      await vi.waitFor(() => expect(container.querySelectorAll('li')).toHaveLength(ROWS), 20_000);
      await harness.idle();
      // StrictMode renders twice what it renders.
      const twice = strict ? 2 : 1;
      listRenders = frames = 0;
      rowRenders.clear();

      for (let i = 0; i < EVENTS; i++) {
        const data = { id: (i % CHANGED) * 7, version: 2 + Math.floor(i / CHANGED) };
        harness.server.emit('projects', 'update', data);
        if (i % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      }
      const last = 1 + EVENTS / CHANGED;
      const texts = () =>
        [...container.querySelectorAll('li')].map(({ textContent }) => textContent);
      await vi.waitFor(() => {
        expect(texts().filter((text) => text === String(last))).toHaveLength(CHANGED);
      }, 20_000);
      await harness.idle();
      cancelAnimationFrame(frame);

      expect(harness.integration.stats()?.eventsApplied).toBe(EVENTS);
      expect(listRenders).toBeGreaterThan(0);
      expect(listRenders).toBeLessThanOrEqual((frames + 1) * twice);
      expect([...rowRenders.keys()].sort((a, b) => a - b)).toEqual(
        Array.from({ length: CHANGED }, (_, i) => i * 7),
      );
      for (const renders of rowRenders.values()) expect(renders).toBeLessThanOrEqual(listRenders);
    },
  );
});
