/** What `npm test` sets up for the tests; a test that needs it fails without it, it is never passed over. */
function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: run the tests by npm test, or one stage by node build/test.mjs --only NAME`,
    );
  }
  return value;
}

/** A Python with ipykernel, nbclient and nbformat. */
export function testPython(): string {
  return required('WATCHBOOK_TEST_PYTHON');
}

/** The Electron program. */
export function testElectron(): string {
  return required('WATCHBOOK_TEST_ELECTRON');
}

/** How often a fault test strikes: some moments, or many with `npm run test:long`. */
export function faultCount(): number {
  return process.env['WATCHBOOK_TEST_LONG'] === '1' ? 100 : 10;
}
