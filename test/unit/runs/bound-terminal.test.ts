import { describe, expect, it } from 'vitest';
import { boundTerminal, boundWords, chooseTerminal, profileOf } from '../../../shared/runs/bound-terminal';
import type { TerminalInfo } from '../../../shared/terminal/contract';
import type { JsonObject } from '../../../shared/rpc/contract';

const BASH: { metadata: JsonObject } = { metadata: { kernelspec: { name: 'bash', display_name: 'Bash' } } };
const PYTHON: { metadata: JsonObject } = { metadata: { kernelspec: { name: 'python3', display_name: 'P' } } };

function bound(terminal: JsonObject | null, notebook = BASH, more: JsonObject = {}) {
  const own = terminal === null ? {} : { watchbook: { terminal } };
  return boundTerminal({ type: 'code', metadata: { ...own, ...more } }, notebook);
}

function info(id: string, profile: string, more: Partial<TerminalInfo> = {}): TerminalInfo {
  const at = '2026-11-28T02:00:00.000Z';
  return {
    id,
    title: id,
    profile: {
      id: profile,
      title: profile,
      kind: profile.startsWith('ssh') ? 'ssh' : 'shell',
      isUsual: false,
    },
    pid: 1,
    started: at,
    columns: 80,
    rows: 24,
    directory: '/',
    phase: 'input',
    command: null,
    watchers: 0,
    ended: null,
    ...more,
  } as TerminalInfo;
}

describe('a step bound to a terminal', () => {
  it('is a shell step that names a shell or a host', () => {
    expect(bound({ shell: 'zsh' })).toEqual({ kind: 'shell', name: 'zsh' });
    expect(bound({ host: 'bastion-eu1' })).toEqual({ kind: 'host', name: 'bastion-eu1' });
    expect(bound(null)).toBeNull();
    expect(bound({ host: 'bastion' }, PYTHON)).toBeNull();
    const shell = { vscode: { languageId: 'shellscript' } };
    expect(bound({ host: 'bastion' }, PYTHON, shell)).toEqual({ kind: 'host', name: 'bastion' });
  });

  it('runs nowhere where its metadata is not what it should be, and never in another place', () => {
    for (const wrong of [{ host: '-oProxyCommand=x' }, { host: 5 }, { host: '' }, {}, { shell: 'a b' }]) {
      const found = bound(wrong as JsonObject);
      expect(found).toMatchObject({ kind: 'unreadable' });
      expect(found === null ? '' : profileOf(found)).toBeNull();
    }
  });

  it('goes to the terminal that was chosen, the only one, the one that is shown, or asks', () => {
    const host = { kind: 'host', name: 'bastion' } as const;
    const a = info('a', 'ssh:bastion');
    const b = info('b', 'ssh:bastion');
    const others = [
      info('x', 'shell:bash'),
      info('y', 'ssh:other'),
      info('z', 'ssh:bastion', { ended: { at: a.started, status: 0, signal: null } }),
    ];
    expect(chooseTerminal(host, others, null, 'x')).toEqual({ kind: 'none' });
    expect(chooseTerminal(host, [...others, a], null, 'x')).toEqual({ kind: 'one', terminal: a });
    expect(chooseTerminal(host, [a, b], null, 'b')).toEqual({ kind: 'one', terminal: b });
    expect(chooseTerminal(host, [a, b], 'a', 'b')).toEqual({ kind: 'one', terminal: a });
    expect(chooseTerminal(host, [a, b], 'gone', null)).toEqual({ kind: 'several', terminals: [a, b] });
    expect(boundWords(host)).toBe('bastion');
    expect(profileOf({ kind: 'shell', name: 'fish' })).toBe('shell:fish');
  });
});
