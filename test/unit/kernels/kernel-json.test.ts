import { describe, expect, it } from 'vitest';
import { expandVariables, isKernelName, readKernelJson } from '../../../shared/kernels/kernel-json';

const ARGV = ['python', '-f', '{connection_file}'];

describe('a kernelspec', () => {
  it('is read with what it leaves out', () => {
    expect(readKernelJson(JSON.stringify({ argv: ARGV }), 'own')).toEqual({
      argv: ARGV,
      displayName: 'own',
      language: '',
      interruptMode: 'signal',
      env: {},
    });
    expect(
      readKernelJson(
        `\ufeff${JSON.stringify({ argv: ARGV, display_name: 'D', language: 'l', interrupt_mode: 'message', env: { A: 'b' }, metadata: { debugger: true } })}`,
        'own',
      ),
    ).toMatchObject({ displayName: 'D', language: 'l', interruptMode: 'message', env: { A: 'b' } });
  });

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'is not an object'],
    ['"text"', 'is not an object'],
    ['{}', 'argv'],
    ['{"argv": []}', 'argv'],
    ['{"argv": "python {connection_file}"}', 'argv'],
    ['{"argv": ["", "{connection_file}"]}', 'names no program'],
    ['{"argv": ["a\\u0000b", "{connection_file}"]}', 'names no program'],
    ['{"argv": ["python"]}', '{connection_file}'],
    ['{"argv": ["p", "{connection_file}"], "env": {"A": 1}}', 'env'],
    ['{"argv": ["p", "{connection_file}"], "language": 1}', 'language'],
  ])('that can not be used says why: %s', (text, reason) => {
    const read = readKernelJson(text, 'own');
    expect('reason' in read ? read.reason : '').toContain(reason);
  });

  it.each(['python3', 'ir', 'a.b_c-d', 'X'])('may be called %s', (name) =>
    expect(isKernelName(name)).toBe(true),
  );
  it.each(['', '.', '..', 'a b', 'a/b', 'a\\b', 'a;b', 'ä', '$x', 'x'.repeat(129)])(
    'may not be called "%s"',
    (name) => expect(isKernelName(name)).toBe(false),
  );

  it('has variables that refer to others', () => {
    expect(expandVariables('${A}:${B}:$A:${1}', { A: 'a' })).toBe('a::$A:${1}');
  });
});
