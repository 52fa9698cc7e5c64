import { expect, test } from 'vitest';
import { placeWords } from '../../../renderer/library/place-words';

test('a file is named by its library, which is left out where it is the only one', () => {
  const ops = { path: '/home/mara/ops', name: 'ops', exists: true, isFollowed: true };
  const net = { path: '/home/mara/net', name: 'net', exists: true, isFollowed: true };
  expect(placeWords([ops], '/home/mara/ops/releases/api.ipynb')).toBe('releases/api.ipynb');
  expect(placeWords([ops, net], '/home/mara/ops/releases/api.ipynb')).toBe('ops/releases/api.ipynb');
  expect(placeWords([ops], '/home/mara/ops/api.ipynb')).toBe('ops/api.ipynb');
  expect(placeWords([ops], '/home/mara/ops')).toBe('ops');
  expect(placeWords([ops], '/home/mara/ops-old/api.ipynb')).toBe('/home/mara/ops-old/api.ipynb');
  expect(placeWords(null, '/tmp/api.ipynb')).toBe('/tmp/api.ipynb');
});
