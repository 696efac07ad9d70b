import { describe, expect, it, vi } from 'vitest';
import type { LinkOptions } from '../../../js/realtime/link-options.ts';
import { linkTarget, type TargetEnvironment } from '../../../js/realtime/link-target.ts';

const project = { url: 'https://ref.supabase.co', key: 'anon' };

const target = (address?: string, options: LinkOptions = {}, environment?: TargetEnvironment) =>
  linkTarget('url', address, options, environment);
const badOption = (message: RegExp) =>
  expect.objectContaining({ code: 'bad_option', message: expect.stringMatching(message) });

describe('linkTarget', () => {
  it('is nothing where nobody says where', () => {
    expect(target()).toBeUndefined();
  });

  it('takes an address as it is', () => {
    const getToken = () => 'mine';
    expect(target('ws://host/realtime', { getToken })).toEqual({
      url: new URL('ws://host/realtime'),
      dialect: 'native',
      getToken,
    });
  });

  it.each([
    'https://ref.supabase.co',
    'https://ref.supabase.co/',
    'wss://ref.supabase.co/realtime/v1',
    'wss://ref.supabase.co/realtime/v1/websocket?vsn=1.0.0',
  ])('knows a Supabase project by its address: %s', async (address) => {
    const found = target(address);
    expect(found?.dialect).toBe('supabase');
    expect(found?.url.pathname).toBe('/realtime/v1/websocket');
    expect(found?.url.searchParams.get('vsn')).toBe('2.0.0');
    expect(found?.getToken).toBeUndefined();
  });

  it('knows one that is hosted elsewhere by its path, or is told', async () => {
    const hosted = target('ws://localhost:54321/realtime/v1/websocket?apikey=anon');
    expect(hosted?.dialect).toBe('supabase');
    expect(await hosted?.getToken?.({ refresh: false })).toBe('anon');
    expect(target('http://localhost:54321', { dialect: 'supabase' })?.url.href).toBe(
      'http://localhost:54321/realtime/v1/websocket?vsn=2.0.0',
    );
    expect(target('wss://ref.supabase.co', { dialect: 'native' })?.dialect).toBe('native');
  });

  it('takes a project', async () => {
    const found = target(undefined, { supabase: project });
    expect(found?.url.href).toBe(
      'https://ref.supabase.co/realtime/v1/websocket?vsn=2.0.0&apikey=anon',
    );
    expect(found?.dialect).toBe('supabase');
    expect(await found?.getToken?.({ refresh: false })).toBe('anon');
    const getToken = () => 'mine';
    expect(target(undefined, { supabase: project, getToken })?.getToken).toBe(getToken);
  });

  it('takes a client of supabase-js, and asks it for the token of the moment', async () => {
    const accessToken = vi.fn(async (): Promise<string | null> => 'session');
    const realtime = {
      endpointURL: () => 'wss://ref.supabase.co/realtime/v1/websocket?apikey=anon&vsn=1.0.0',
      apiKey: 'anon',
      accessToken,
    };
    const found = target(undefined, { supabase: { realtime } });
    expect(found?.url.searchParams.get('apikey')).toBe('anon');
    expect(found?.url.searchParams.get('vsn')).toBe('2.0.0');
    expect(await found?.getToken?.({ refresh: false })).toBe('session');
    accessToken.mockResolvedValueOnce(null);
    expect(await found?.getToken?.({ refresh: true })).toBe('anon');
  });

  it('prefers what is written in the code, and an address to a project', () => {
    const environment = { websocketUrl: 'ws://env/', supabase: project };
    expect(target('ws://own/', { supabase: project }, environment)?.url.host).toBe('own');
    expect(target(undefined, { supabase: project }, environment)?.dialect).toBe('supabase');
    expect(target(undefined, {}, environment)?.url.host).toBe('env');
    expect(target(undefined, {}, { supabase: project })?.dialect).toBe('supabase');
  });

  it('refuses what cannot be', () => {
    const wrong = { dialect: 'phoenix' } as unknown as LinkOptions;
    expect(() => target('ws://host/', wrong)).toThrow(
      badOption(/native, supabase, centrifugo, mercure, plain/),
    );
    expect(() => target('nowhere')).toThrow(badOption(/url is not a URL/));
    expect(() => target(undefined, { supabase: project, dialect: 'native' })).toThrow(
      badOption(/dialect/),
    );
    expect(() => target(undefined, { supabase: project, protocol: 'sse' })).toThrow(
      badOption(/spoken over websocket/),
    );
    for (const supabase of [{}, { url: project.url }, { ...project, key: '' }, { realtime: {} }]) {
      const options = { supabase } as unknown as LinkOptions;
      expect(() => target(undefined, options)).toThrow(badOption(/supabase must be/));
    }
    expect(() => target(undefined, { supabase: { url: 'ftp://x', key: 'k' } })).toThrow(
      badOption(/supabase\.url/),
    );
  });
});
