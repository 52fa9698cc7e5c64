import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { testPython } from './environment';

const run = promisify(execFile);

const SCRIPT = `
import sys, nbformat
from nbclient import NotebookClient
cwd, *files = sys.argv[1:]
for input, output in zip(files[::2], files[1::2]):
    notebook = nbformat.read(input, as_version=4)
    NotebookClient(notebook, kernel_name='python3', resources={'metadata': {'path': cwd}}).execute()
    nbformat.write(notebook, output)
`;

/** Executes notebooks with nbclient, each in a kernel of its own: the reference for what a whole run gives. */
export async function runWithNbclient(
  notebooks: readonly { readonly input: string; readonly output: string }[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const files = notebooks.flatMap(({ input, output }) => [input, output]);
  await run(testPython(), ['-c', SCRIPT, cwd, ...files], { cwd, env: { ...environment } });
}
