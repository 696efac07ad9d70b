import { afterEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../../js/realtime/environment.ts';

describe('readEnvironment', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });

  it.each(['REACT_APP_', 'VITE_', 'NEXT_PUBLIC_'])('reads %s variables', (prefix) => {
    vi.stubEnv(`${prefix}WS_URL`, 'ws://env/');
    vi.stubEnv(`${prefix}ENABLE_WEBSOCKET`, 'false');
    vi.stubEnv(`${prefix}ENABLE_POLLING_FALLBACK`, 'true');
    vi.stubEnv(`${prefix}POLLING_INTERVAL`, '2500');
    vi.stubEnv(`${prefix}SUPABASE_URL`, 'https://ref.supabase.co');
    vi.stubEnv(`${prefix}SUPABASE_ANON_KEY`, 'anon');
    expect(readEnvironment()).toEqual({
      websocketUrl: 'ws://env/',
      enableWebSocket: false,
      enablePollingFallback: true,
      pollingInterval: 2500,
      supabase: { url: 'https://ref.supabase.co', key: 'anon' },
    });
  });

  it('knows no Supabase project by half of it', () => {
    vi.stubEnv('REACT_APP_SUPABASE_URL', 'https://ref.supabase.co');
    expect(readEnvironment().supabase).toBeUndefined();
  });

  it('takes empty for unset, and does without a process', () => {
    vi.stubEnv('REACT_APP_WS_URL', '');
    expect(readEnvironment().websocketUrl).toBeUndefined();
    vi.stubGlobal('process', undefined);
    expect(readEnvironment().pollingInterval).toBeUndefined();
  });

  it('refuses what is neither true nor false', () => {
    vi.stubEnv('REACT_APP_ENABLE_WEBSOCKET', 'maybe');
    expect(readEnvironment).toThrow(expect.objectContaining({ code: 'bad_option' }));
  });
});
