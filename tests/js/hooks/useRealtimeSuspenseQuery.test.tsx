// @vitest-environment jsdom
import { render, renderHook, screen } from '@testing-library/react';
import { Component, type ReactNode, StrictMode, Suspense } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import {
  useRealtimeInfiniteQuery,
  useRealtimeQuery,
  useRealtimeSuspenseQuery,
} from '../../../js/react.ts';
import { Harness } from '../support/harness.tsx';

interface Project {
  id: number;
  version: number;
  name: string;
}

const key = ['projects', 'list'];
const project = (id: number, version = 1): Project => ({ id, version, name: `p${id}v${version}` });
const fetchRows = async () => [project(1), project(2)];

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
});
afterEach(() => harness.stop());

describe('useRealtimeSuspenseQuery', () => {
  function Names() {
    const { data } = useRealtimeSuspenseQuery({
      queryKey: key,
      queryFn: fetchRows,
      realtimeEntity: 'projects',
    });
    expectTypeOf(data).toEqualTypeOf<Project[]>();
    return <p>{data.map(({ name }) => name).join()}</p>;
  }

  it('suspends until there are rows, and keeps them in step', async () => {
    render(
      <StrictMode>
        <Suspense fallback="loading">
          <Names />
        </Suspense>
      </StrictMode>,
      { wrapper: harness.wrapper },
    );
    expect(screen.getByText('loading')).toBeDefined();
    await vi.waitFor(() => screen.getByText('p1v1,p2v1'), 5000);
    await harness.live(key);
    harness.server.emit('projects', 'update', project(2, 2));
    await vi.waitFor(() => screen.getByText('p1v1,p2v2'));
    expect(harness.integration.stats()).toMatchObject({ views: 1, subscriptions: 1 });
    expect(harness.errors).toEqual([]);
  });

  it('makes up for a read that was wanted before anybody looked', async () => {
    const { integration, queryClient } = harness;
    const queryFn = vi.fn(fetchRows);
    await queryClient.fetchQuery({
      queryKey: key,
      queryFn: () => integration.fetch({ queryKey: key, entity: 'projects' }, queryFn),
    });
    await vi.waitFor(() =>
      expect(integration.realtime('["projects","list"]').continuity).toBe('catching-up'),
    );
    await vi.waitFor(() => expect(harness.subscriptions()).toEqual(['projects']));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(queryFn).toHaveBeenCalledOnce();
    renderHook(() => useRealtimeQuery({ queryKey: key, queryFn, realtimeEntity: 'projects' }), {
      wrapper: harness.wrapper,
    });
    await harness.live(key);
    expect(queryFn).toHaveBeenCalledTimes(2);
  });

  it('hands what the query function throws to the error boundary', async () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {});
    class Boundary extends Component<{ children: ReactNode }> {
      override state = { message: '' };
      static getDerivedStateFromError({ message }: Error) {
        return { message };
      }
      override render() {
        return this.state.message || this.props.children;
      }
    }
    function Broken() {
      useRealtimeSuspenseQuery({
        queryKey: ['broken'],
        queryFn: () => Promise.reject(new Error('down')),
        realtimeEntity: 'projects',
      });
      return null;
    }
    render(
      <Boundary>
        <Suspense fallback="loading">
          <Broken />
        </Suspense>
      </Boundary>,
      { wrapper: harness.wrapper },
    );
    await vi.waitFor(() => screen.getByText('down'), 5000);
    quiet.mockRestore();
  });
});

describe('on a server', () => {
  const options = { queryKey: key, realtimeEntity: 'projects' };

  it('the hooks render and open nothing', async () => {
    harness.integration.stop();
    const queryFn = vi.fn(fetchRows);
    function Page() {
      const list = useRealtimeQuery({ ...options, queryFn });
      const pages = useRealtimeInfiniteQuery({
        ...options,
        queryKey: ['projects', 'list', 'pages'],
        queryFn,
        initialPageParam: 0,
        getNextPageParam: () => null,
      });
      return `${list.status} ${pages.status} ${list.realtime.continuity}`;
    }
    const { wrapper: Wrapper } = harness;
    const html = renderToString(
      <Wrapper>
        <Page />
      </Wrapper>,
    );
    expect(html).toBe('pending pending offline');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(queryFn).not.toHaveBeenCalled();
    expect(harness.server.received).toEqual([]);
    expect(harness.integration.stats()?.views ?? 0).toBe(0);
  });

  it('data that was fetched there is shown at once, and brought up to date', async () => {
    harness.queryClient.setQueryData(key, [project(1)]);
    const { result } = renderHook(() => useRealtimeQuery({ ...options, queryFn: fetchRows }), {
      wrapper: harness.wrapper,
    });
    expect(result.current.data).toEqual([project(1)]);
    await vi.waitFor(() => expect(result.current.data).toHaveLength(2), 5000);
  });
});
