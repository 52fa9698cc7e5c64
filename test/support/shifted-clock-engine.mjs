// Loaded into an engine before anything else: its clock stands so many milliseconds beside the machine's as the file
// says that WB_TEST_CLOCK names. That is all a program sees of a clock that was set, or of a machine that slept.
import { readFileSync } from 'node:fs';

const Real = Date;
let offset = 0;
const look = () => {
  try {
    offset = Number(readFileSync(process.env.WB_TEST_CLOCK, 'utf8')) || 0;
  } catch (error) {
    // Nothing was said yet.
    if (error.code !== 'ENOENT') throw error;
  }
};
look();
setInterval(look, 20).unref();
const now = () => Real.now() + offset;
globalThis.Date = new Proxy(Real, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
