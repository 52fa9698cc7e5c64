/** What can be done with a run's record without an engine: the part that the command line uses by itself. */
export { findLibrary } from '../library/library-root';
export { readRunFolder, reportOf } from './read-run';
export { RUNS_FOLDER } from './run-places';
export { RunReader } from './runs-list';
export { findRunFolders, missingRuns, verifyRunFolder, whatToVerify, type VerifiedRun } from './verify-run';
export { withholdFile } from './withhold-run';
