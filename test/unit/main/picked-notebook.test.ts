import { expect, it } from 'vitest';
import { pickedNotebook } from '../../../electron/main/policies/picked-notebook';

it('is the name that was meant, with its ending once, unless that is a file which nobody was asked about', () => {
  const none = (): boolean => false;
  expect(pickedNotebook('/b/x', none)).toBe('/b/x.ipynb');
  expect(pickedNotebook('/b/x.ipynb', none)).toBe('/b/x.ipynb');
  expect(pickedNotebook('/b/x.ipynb.ipynb', none)).toBe('/b/x.ipynb');
  expect(pickedNotebook('/b/x.ipynb.ipynb', (path) => path === '/b/x.ipynb')).toBe('/b/x.ipynb.ipynb');
  expect(pickedNotebook('/b/x.ipynb.ipynb', (path) => path === '/b/x.ipynb.ipynb')).toBe('/b/x.ipynb.ipynb');
});
