import { expect, test } from 'vitest';
import { languageEdit } from '../../../shared/notebook/kernel-edit';

const python = { name: 'python3', displayName: 'Python 3 (ipykernel)', language: 'python' };
const bash = { name: 'bash', displayName: 'Shell', language: 'bash' };

test('a kernel of the same language is this machine’s own affair, whatever the file calls it', () => {
  expect(
    languageEdit({ kernelspec: { name: 'python2' }, language_info: { name: 'python' } }, python),
  ).toBeNull();
  expect(languageEdit({ kernelspec: { name: 'x', language: 'Python3' } }, python)).toBeNull();
});

test('one of another language makes the notebook one of that language, without a place of this machine', () => {
  const shell = { kernelspec: { name: 'bash', language: 'bash' }, language_info: { name: 'bash' } };
  const venv = { ...python, name: 'python3@/home/mara/proj/.venv' };
  expect(languageEdit(shell, venv)).toEqual({
    kind: 'group',
    operations: [
      {
        kind: 'metadata',
        cell: null,
        path: ['kernelspec'],
        value: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
      },
      { kind: 'metadata', cell: null, path: ['language_info'], value: { name: 'python' } },
    ],
  });
  expect(languageEdit({}, { ...bash, name: 'jupyter:bash' })).toMatchObject({
    operations: [{ value: { name: 'bash' } }, { value: { name: 'bash' } }],
  });
  // Foreign metadata may be of any form.
  expect(languageEdit({ kernelspec: 7, language_info: ['python'] }, python)).not.toBeNull();
});
