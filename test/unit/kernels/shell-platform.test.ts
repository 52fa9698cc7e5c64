import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../../electron/engine/kernels/discovery';
import {
  findShell,
  shellPlatform,
  type ShellPlatform,
} from '../../../electron/engine/kernels/shell/shell-platform';

const NONCE = '0123456789abcdef0123456789abcdef';
const windows = shellPlatform('win32');
const linux = shellPlatform('linux');

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'wb-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function program(name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

describe('the built-in shell', () => {
  it.each([
    ['linux', 'bash', 'bash'],
    ['darwin', 'bash', 'bash'],
    ['freebsd', 'bash', 'bash'],
    ['win32', 'powershell', 'powershell'],
  ] as const)('of %s is %s', (platform, name, language) => {
    const shell = shellPlatform(platform);
    expect(shell.spec).toEqual({
      name,
      displayName: 'Shell',
      language,
      source: 'built-in',
      place: null,
      program: null,
      interruptMode: 'message',
    });
    expect(shell.language.name).toBe(language);
  });

  it('says what mends its absence', () => {
    expect(linux.missing).toEqual({ reason: 'bash is not on PATH', fix: 'sudo apt install bash' });
    expect(shellPlatform('darwin').missing.fix).toBe('brew install bash');
    expect(windows.missing.fix).toBe('winget install Microsoft.PowerShell');
  });

  it('is the newer PowerShell where both are, whatever their order on PATH', async () => {
    const old = await program('powershell');
    expect(await findShell(windows, { PATH: folder })).toBe(old);
    const newer = await program('pwsh');
    expect(await findShell(windows, { PATH: folder })).toBe(newer);
  });

  it('is the one that the system has, where PATH leads to none', async () => {
    const standard = 'D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
    expect(windows.standardPlace({ SystemRoot: 'D:\\Win' })).toBe(standard);
    expect(windows.standardPlace({})).toMatch(/^C:\\Windows\\System32\\/);
    expect(linux.standardPlace({})).toBe('/bin/bash');
    expect(await findShell(windows, { PATH: folder, SystemRoot: folder })).toBeNull();
  });

  it.each<[ShellPlatform, string, string | null]>([
    [linux, 'GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\nCopyright', 'bash 5.2'],
    [linux, 'GNU bash, version 3.2.57(1)-release (arm64-apple-darwin23)\n', 'bash 3.2'],
    [linux, 'something else', null],
    [windows, '5.1.22621.4391\r\n', 'PowerShell 5.1'],
    [windows, '7.5.0-preview.3\r\n', 'PowerShell 7.5'],
    [windows, 'The term is not recognized 7.5', null],
  ])('has a version that a person knows: %#', ({ version }, output, line) => {
    expect(version.line(output)).toBe(line);
  });
});

describe('the catalogue with PowerShell built in', () => {
  const look = (shell: ShellPlatform) =>
    catalogue(
      { environment: { HOME: folder, PATH: folder, SystemRoot: folder }, environmentFolders: [] },
      shell,
    );

  it('has it first', async () => {
    const path = await program('pwsh');
    const { kernels, places } = await look(windows);
    expect(kernels[0]).toEqual(windows.spec);
    expect(places[0]).toMatchObject({ path, kernels: ['powershell'], problems: [], note: 'built in' });
    expect(kernels.map(({ name }) => name)).not.toContain('bash');
  });

  it('says that there is none', async () => {
    const { kernels, places } = await look(windows);
    expect(kernels.filter(({ source }) => source === 'built-in')).toEqual([]);
    expect(places[0]).toMatchObject({
      exists: false,
      problems: [{ name: 'powershell', reason: 'PowerShell is not on PATH' }],
    });
  });
});

/** What PowerShell's side of the pipe makes of it: lines, each split at its spaces. */
function readLines(stream: string): readonly (readonly string[])[] {
  return stream
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [nonce = '', mode = '', text = '', ...more] = line.split(' ');
      return [nonce, mode, Buffer.from(text, 'base64').toString(), ...more];
    });
}

describe('a command for PowerShell', () => {
  it.each([
    ['of one line', 'Get-Date'],
    ['of many lines and spaces', '  if ($true) {\r\n  "a  b"\n}\n\n'],
    ['of other scripts', 'Write-Output "Größe 界 🚀"'],
    ['that looks like a frame', `x\n${NONCE} terminal ZXhpdA==\n`],
    ['that looks like marks', `\u001b]697;${NONCE}\u0007\u001b]697;prompt\u0007`],
    ['of nothing', ''],
  ])('%s arrives as one, and as it is', (_, code) => {
    const stream = windows.frame(NONCE, false, code) + windows.frame(NONCE, true, 'next');
    expect(readLines(stream)).toEqual([
      [NONCE, 'none', code],
      [NONCE, 'terminal', 'next'],
    ]);
  });

  it.each([windows, linux])('of either shell holds no zero byte: %#', (shell) => {
    expect(() => shell.frame(NONCE, true, 'a\0b')).toThrow(RangeError);
  });
});
