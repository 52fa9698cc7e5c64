import { expect, test } from 'vitest';
import { KeepAwake } from '../../../electron/main/keep-awake';

test('keeps the machine awake while any window has a cell that runs, by one request', () => {
  const asked: string[] = [];
  let last = 0;
  const awake = new KeepAwake({
    start: (type) => {
      asked.push(`start ${type}`);
      return last++;
    },
    stop: (id) => asked.push(`stop ${id}`),
  });
  const [one, two] = [{}, {}];
  awake.set(one, false);
  awake.set(one, true);
  awake.set(one, true);
  awake.set(two, true);
  awake.set(one, false);
  expect(asked).toEqual(['start prevent-app-suspension']);
  awake.set(two, false);
  awake.set(two, false);
  expect(asked).toEqual(['start prevent-app-suspension', 'stop 0']);
  awake.set(one, true);
  expect(asked.at(-1)).toBe('start prevent-app-suspension');
});
