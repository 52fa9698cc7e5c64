import { Beacons } from './canary';
import { test as base } from './app';

/** `test` with an address on this machine's loopback that tells of whoever calls there. */
export const test = base.extend<{ beacons: Beacons }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
  beacons: async ({}, use) => {
    const beacons = await Beacons.start();
    await use(beacons);
    await beacons.stop();
  },
});
