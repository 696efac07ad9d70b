// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { StrictMode } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TidemarkDevtools, TidemarkDevtoolsInProduction } from '../../../js/devtools.ts';
import { LiveList } from '../support/live-list.ts';

const OPEN = 'Open Tidemark devtools';

describe('TidemarkDevtools', () => {
  let list: LiveList;

  beforeEach(async () => {
    list = new LiveList();
    list.start();
    await expect.poll(() => list.continuity, { timeout: 10_000 }).toBe('live');
    await expect.poll(() => list.queryClient.isFetching()).toBe(0);
  });
  afterEach(() => {
    cleanup();
    list.stop();
    vi.unstubAllEnvs();
    vi.resetModules();
  });

  const show = (props = {}) =>
    render(
      <StrictMode>
        <QueryClientProvider client={list.queryClient}>
          <TidemarkDevtools {...props} />
        </QueryClientProvider>
      </StrictMode>,
    );
  const panel = () => screen.getByRole('region', { name: 'Tidemark devtools' });
  const tab = (name: string | RegExp) => within(panel()).getByRole('tab', { name });
  const choose = (name: string | RegExp) => fireEvent.click(tab(name));
  const open = () => fireEvent.click(screen.getByRole('button', { name: OPEN }));
  const shown = () => within(panel()).getByRole('tabpanel');

  it('is a button until it is opened, and looks at nothing', async () => {
    const inspect = vi.spyOn(list.integration, 'inspect');
    const trace = vi.spyOn(list.integration, 'trace');
    show();
    expect(screen.queryByRole('region')).toBeNull();
    // How the link is, once for each time that StrictMode mounts it.
    inspect.mockClear();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inspect).not.toHaveBeenCalled();
    expect(trace).not.toHaveBeenCalled();
    open();
    await vi.waitFor(() => expect(inspect.mock.calls.length).toBeGreaterThan(3));
    expect(trace).toHaveBeenLastCalledWith(1000);
    fireEvent.click(within(panel()).getByRole('button', { name: 'Close' }));
    expect(trace).toHaveBeenLastCalledWith(0);
    inspect.mockClear();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(inspect).not.toHaveBeenCalled();
  });

  it('is left by Escape, to where it was opened', () => {
    show();
    open();
    expect(document.activeElement).toBe(tab('Connection'));
    fireEvent.keyDown(tab('Connection'), { key: 'Escape' });
    expect(screen.queryByRole('region')).toBeNull();
    expect(document.activeElement).toBe(screen.getByRole('button', { name: OPEN }));
  });

  it('goes from tab to tab by arrows, one of them in the order of Tab', () => {
    show({ initialIsOpen: true });
    const names = ['Connection', 'Queries 1', 'Events', 'Edits', 'Memory', 'Recorder'];
    expect(
      within(panel())
        .getAllByRole('tab')
        .map((each) => each.textContent),
    ).toEqual(names);
    const steps: Array<[key: string, name: string]> = [
      ['ArrowRight', 'Queries 1'],
      ['End', 'Recorder'],
      ['ArrowRight', 'Connection'],
      ['ArrowLeft', 'Recorder'],
      ['Home', 'Connection'],
    ];
    for (const [key, name] of steps) {
      fireEvent.keyDown(document.activeElement as Element, { key });
      expect(document.activeElement).toBe(tab(name));
      expect(tab(name).getAttribute('aria-selected')).toBe('true');
      expect(shown().getAttribute('aria-labelledby')).toBe(tab(name).id);
      const stops = within(panel())
        .getAllByRole('tab')
        .filter((each) => each.tabIndex === 0);
      expect(stops).toEqual([tab(name)]);
    }
  });

  it('shows the link and its history', async () => {
    show({ initialIsOpen: true });
    expect(shown().textContent).toContain('connected');
    await act(async () => list.server.faults.hangUp(1012));
    await within(panel()).findByText('closed, 1012 (the server restarts)');
    await vi.waitFor(() => expect(within(panel()).getAllByText('the link opened')).toHaveLength(2));
  });

  it('shows queries and subscriptions', async () => {
    show({ initialIsOpen: true });
    choose(/^Queries/);
    const queries = within(panel()).getByRole('table', { name: 'Queries' });
    const cells = within(queries)
      .getAllByRole('cell')
      .map((each) => each.textContent);
    expect(cells.slice(0, 6)).toEqual([
      '["projects","list"]',
      'live',
      'websocket',
      'in step',
      '1',
      '1',
    ]);
    const subscriptions = within(panel()).getByRole('table', { name: 'Subscriptions' });
    expect(subscriptions.textContent).toContain('projects');
    await act(async () => list.server.insert('projects', { id: 2, version: 1, name: 'two' }));
    await within(queries).findByText('2');
  });

  it('shows what became of events, those of one kind, and holds them still', async () => {
    show({ initialIsOpen: true });
    choose('Events');
    const rows = () => within(shown()).queryAllByRole('row').slice(1);
    expect(rows()).toEqual([]);
    await act(async () => {
      list.server.faults.repeat();
      list.server.patch('projects', { id: 1, version: 2, name: 'two' });
    });
    await vi.waitFor(() => expect(rows()).toHaveLength(2));
    expect(rows()[0]?.textContent).toContain('duplicate');
    expect(rows()[1]?.textContent).toContain('applied');
    fireEvent.change(within(shown()).getByRole('combobox'), { target: { value: 'duplicate' } });
    expect(rows()).toHaveLength(1);
    fireEvent.change(within(shown()).getByRole('combobox'), { target: { value: 'all' } });
    fireEvent.click(within(shown()).getByRole('button', { name: 'Hold' }));
    await act(async () => list.server.patch('projects', { id: 1, version: 3, name: 'three' }));
    await within(panel()).findByRole('tab', { name: 'Events 3' });
    expect(rows()).toHaveLength(2);
    fireEvent.click(within(shown()).getByRole('button', { name: 'Clear' }));
    await vi.waitFor(() => expect(rows()).toHaveLength(0));
  });

  it('has only the rows of a long stream that are on the screen', async () => {
    show({ initialIsOpen: true });
    choose('Events');
    await act(async () => {
      for (let version = 2; version < 302; version++) {
        list.server.patch('projects', { id: 1, version, name: `${version}` });
      }
    });
    await within(panel()).findByRole('tab', { name: 'Events 300' });
    const table = within(shown()).getByRole('table');
    expect(table.getAttribute('aria-rowcount')).toBe('301');
    expect(within(table).getAllByRole('row').length).toBeLessThan(30);
    const scroller = within(shown()).getByRole('region', { name: 'Events, newest first' });
    Object.defineProperty(scroller, 'scrollTop', { value: 100 * 24 });
    fireEvent.scroll(scroller);
    const indexes = within(table)
      .getAllByRole('row')
      .slice(1)
      .map((each) => Number(each.getAttribute('aria-rowindex')));
    expect(indexes[0]).toBe(92);
    expect(indexes.at(-1)).toBeLessThan(120);
  });

  it('shows pending edits and conflicts, which stay when the edit has ended', async () => {
    show({ initialIsOpen: true });
    const { done, answer } = list.rename('mine');
    await within(panel()).findByRole('tab', { name: 'Edits 1' });
    choose('Edits 1');
    const edits = within(panel()).getByRole('table', { name: 'Pending edits' });
    expect(edits.textContent).toContain('{"id":1,"name":"mine"}');
    await act(async () => list.server.patch('projects', { id: 1, version: 2, name: 'theirs' }));
    const conflicts = await within(panel()).findByRole('table', { name: 'Conflicts' });
    expect(conflicts.textContent).toContain('"theirs"');
    answer({ id: 1, version: 3, name: 'mine' });
    await done;
    await within(panel()).findByText('No edit is pending.');
    within(panel()).getByRole('table', { name: 'Conflicts' });
  });

  it('shows memory and counters', () => {
    show({ initialIsOpen: true });
    choose('Memory');
    expect(shown().textContent).toMatch(/WebAssembly\d+\.\d MB/);
    expect(shown().textContent).toContain('Rows1');
  });

  it('records and hands out a file', async () => {
    show({ initialIsOpen: true });
    choose('Recorder');
    const button = (name: string) =>
      within(shown()).getByRole<HTMLButtonElement>('button', { name });
    expect(button('Download').disabled).toBe(true);
    expect(within(shown()).getByRole<HTMLInputElement>('checkbox').checked).toBe(true);
    fireEvent.click(button('Start'));
    await within(shown()).findByText('Recording.');
    await expect.poll(() => list.continuity).toBe('live');
    fireEvent.click(button('Stop'));
    await within(shown()).findByText(/^Stopped/);
    let file: Blob | undefined;
    // jsdom has neither.
    URL.createObjectURL = (object) => {
      file = object as Blob;
      return 'blob:it';
    };
    URL.revokeObjectURL = () => {};
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {});
    fireEvent.click(button('Download'));
    await vi.waitFor(() => expect(click).toHaveBeenCalled());
    expect(file?.size).toBeGreaterThan(200);
    expect((click.mock.contexts[0] as HTMLAnchorElement).download).toMatch(/^tidemark-.*\.json$/);
    click.mockRestore();
  });

  it('says when a recording cannot be had', async () => {
    show({ initialIsOpen: true });
    choose('Recorder');
    list.integration.dispose();
    fireEvent.click(within(shown()).getByRole('button', { name: 'Start' }));
    expect((await within(shown()).findByRole('alert')).textContent).toContain('record()');
  });

  it('says that there is no integration, and takes the client that it is given', async () => {
    const { unmount } = render(
      <QueryClientProvider client={new QueryClient()}>
        <TidemarkDevtools initialIsOpen />
      </QueryClientProvider>,
    );
    expect(panel().textContent).toContain('no integration');
    unmount();
    render(<TidemarkDevtools initialIsOpen client={list.queryClient} />);
    await within(panel()).findByRole('tab', { name: 'Queries 1' });
  });

  it('renders nothing on a server, and in production nothing unless it is asked', async () => {
    expect(renderToString(<TidemarkDevtoolsInProduction client={list.queryClient} />)).toBe('');
    vi.stubEnv('NODE_ENV', 'production');
    vi.resetModules();
    const built = await import('../../../js/devtools.ts');
    expect(built.TidemarkDevtools({ initialIsOpen: true })).toBeNull();
    expect(built.TidemarkDevtoolsInProduction).not.toBe(built.TidemarkDevtools);
  });
});
