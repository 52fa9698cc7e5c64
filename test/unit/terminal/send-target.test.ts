import { describe, expect, it } from 'vitest';
import {
  firstChoice,
  placeWords,
  standWords,
  targetWords,
  usualTarget,
} from '../../../renderer/terminal/send-target';
import type { TerminalInfo } from '../../../shared/terminal/contract';

const AT = '2026-11-28T02:00:00.000Z';
const info = (id: string, more: Partial<TerminalInfo> = {}): TerminalInfo => ({
  id,
  title: `the ${id}`,
  profile: { id: 'shell:bash', title: 'bash', kind: 'shell', isUsual: true },
  pid: 1,
  started: AT,
  columns: 80,
  rows: 24,
  directory: '/srv',
  phase: 'input',
  command: null,
  watchers: 0,
  ended: null,
  recording: null,
  ...more,
});
const over = info('over', { ended: { at: AT, status: 0, signal: null } });
const model = (
  terminals: readonly TerminalInfo[] | null,
  sentTo: readonly { document: string; terminal: string }[] = [],
): Parameters<typeof usualTarget>[0] => ({ terminals, sentTo: [...sentTo] });

describe('where a document sends to without a question', () => {
  it('is the only terminal, whatever it does', () => {
    expect(usualTarget(model([over]), '/a')).toBe(over);
    expect(usualTarget(model(null), '/a')).toBeNull();
    expect(usualTarget(model([]), '/a')).toBeNull();
  });

  it('is, of several, the one that was chosen for it, and none that was chosen for another', () => {
    const all = [info('a'), info('b')];
    expect(usualTarget(model(all), '/a')).toBeNull();
    expect(usualTarget(model(all, [{ document: '/b', terminal: 'b' }]), '/a')).toBeNull();
    expect(usualTarget(model(all, [{ document: '/a', terminal: 'b' }]), '/a')?.id).toBe('b');
  });

  it('is asked again where that one was closed, or its shell has ended', () => {
    const sentTo = [{ document: '/a', terminal: 'over' }];
    expect(usualTarget(model([info('a'), over], sentTo), '/a')).toBeNull();
    expect(usualTarget(model([info('a'), info('b')], sentTo), '/a')).toBeNull();
  });

  it('is named', () => {
    const all = [info('a'), info('b')];
    expect(targetWords(model([info('a')]), '/a')).toBe('the terminal');
    expect(targetWords(model(all), '/a')).toBe('a terminal…');
    expect(targetWords(model(all, [{ document: '/a', terminal: 'b' }]), '/a')).toBe('the b');
  });
});

describe('the list of terminals', () => {
  it('begins at the one of the last time, else at the one in view, and never at one that has ended', () => {
    const all = [over, info('a'), info('b')];
    expect(firstChoice(model(all, [{ document: '/a', terminal: 'b' }]), '/a', 'a')).toBe('b');
    expect(firstChoice(model(all), '/a', 'b')).toBe('b');
    expect(firstChoice(model(all), '/a', 'over')).toBe('a');
    expect(firstChoice(model(all), '/a', null)).toBe('a');
    expect(firstChoice(model([over]), '/a', 'over')).toBeNull();
  });

  it('says where each shell is, and whether it can be sent to', () => {
    const ssh = { id: 'ssh:bastion', title: 'bastion', kind: 'ssh', isUsual: false } as const;
    expect(placeWords(info('a'))).toBe('/srv');
    expect(placeWords(info('a', { profile: ssh }))).toBe('ssh bastion');
    expect(placeWords(info('a', { host: 'mara@bastion' }))).toBe('mara@bastion');
    expect(standWords(info('a'), undefined)).toBe('');
    expect(standWords(info('a'), null)).toBe('at a prompt');
    expect(standWords(info('a'), 'busy')).toBe('busy');
    expect(standWords(info('a'), 'full-screen')).toBe('full-screen program');
    expect(standWords(over, null)).toBe('ended');
  });
});
