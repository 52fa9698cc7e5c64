import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { testPython } from './environment';

const run = promisify(execFile);

const SCRIPT = `
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, kernel_name='python3', resources={'metadata': {'path': sys.argv[3]}}).execute()
nbformat.write(notebook, sys.argv[2])
`;

/** Executes a notebook with nbclient, the reference for what a whole run gives. */
export async function runWithNbclient(
  input: string,
  output: string,
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await run(testPython(), ['-c', SCRIPT, input, output, cwd], { cwd, env: { ...environment } });
}
