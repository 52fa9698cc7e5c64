import { describe, expect, it } from 'vitest';
import { findPlaces, type Machine } from '../../../electron/engine/places';
import { PROTOCOL } from '../../../shared/rpc/protocol';

const LINUX: Machine = { platform: 'linux', environment: {}, home: '/home/mara', temp: '/tmp', user: '1000' };
const SOCKET = `engine-${PROTOCOL}.sock`;

describe('the places of a profile', () => {
  it('are those of the XDG specification on Linux', () => {
    expect(findPlaces(LINUX)).toEqual({
      config: '/home/mara/.config/watchbook',
      state: '/home/mara/.local/state/watchbook',
      runtime: '/tmp/watchbook-1000',
      socket: `/tmp/watchbook-1000/${SOCKET}`,
      token: `/tmp/watchbook-1000/engine-${PROTOCOL}.token`,
    });
    const environment = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(findPlaces({ ...LINUX, environment })).toMatchObject({
      config: '/c/watchbook',
      state: '/s/watchbook',
      runtime: '/run/user/1000/watchbook',
    });
    expect(findPlaces({ ...LINUX, environment: { XDG_CONFIG_HOME: 'rel', XDG_RUNTIME_DIR: 'rel' } })).toEqual(
      findPlaces(LINUX),
    );
  });

  it('are those of macOS', () => {
    const mac = findPlaces({
      ...LINUX,
      platform: 'darwin',
      home: '/Users/mara',
      temp: '/var/folders/xy/T',
      user: '501',
    });
    expect(mac).toMatchObject({
      config: '/Users/mara/Library/Application Support/Watchbook',
      state: '/Users/mara/Library/Application Support/Watchbook/state',
      socket: `/var/folders/xy/T/watchbook-501/${SOCKET}`,
    });
  });

  it('are those of Windows, with a pipe of this user and these places', () => {
    const environment = {
      APPDATA: 'C:\\Users\\mara\\AppData\\Roaming',
      LOCALAPPDATA: 'C:\\Users\\mara\\AppData\\Local',
    };
    const machine: Machine = {
      platform: 'win32',
      environment,
      home: 'C:\\Users\\mara',
      temp: 'C:\\T',
      user: 'mara',
    };
    const places = findPlaces(machine);
    expect(places).toMatchObject({
      config: 'C:\\Users\\mara\\AppData\\Roaming\\Watchbook',
      state: 'C:\\Users\\mara\\AppData\\Local\\Watchbook\\state',
      token: `C:\\Users\\mara\\AppData\\Local\\Watchbook\\runtime\\engine-${PROTOCOL}.token`,
    });
    expect(places.socket).toMatch(/^\\\\\.\\pipe\\watchbook-mara-[0-9a-f]{12}-engine-\d+$/);
    expect(findPlaces({ ...machine, environment: {} })).toEqual(places);
    expect(findPlaces(machine, 'D:\\p').socket).not.toBe(places.socket);
  });

  it('are moved as a whole by the variable, and by the option before it', () => {
    const environment = { WATCHBOOK_PROFILE: '/p' };
    expect(findPlaces({ ...LINUX, environment })).toMatchObject({
      config: '/p/config',
      state: '/p/state',
      runtime: '/p/runtime',
    });
    expect(findPlaces({ ...LINUX, environment }, '/q').config).toBe('/q/config');
    expect(findPlaces({ ...LINUX, environment: { WATCHBOOK_PROFILE: '' } })).toEqual(findPlaces(LINUX));
  });

  it('keep the socket’s path within what a system allows', () => {
    const deep = `/${'d'.repeat(120)}`;
    const { runtime, socket } = findPlaces(LINUX, deep);
    expect(runtime).toMatch(/^\/tmp\/watchbook-1000-[0-9a-f]{12}$/);
    expect(Buffer.byteLength(socket)).toBeLessThanOrEqual(107);
    const edge = `/${'d'.repeat(105 - '/runtime/'.length - SOCKET.length - 1)}`;
    expect(Buffer.byteLength(findPlaces(LINUX, edge).socket)).toBe(105);
    expect(findPlaces({ ...LINUX, platform: 'darwin' }, edge).runtime).toMatch(/^\/tmp\/watchbook-1000-/);
    expect(findPlaces(LINUX, `${deep}2`).socket).not.toBe(socket);
  });
});
