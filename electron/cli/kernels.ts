import type { KernelCatalogue, KernelPlace } from '../../shared/kernels/contract';
import { EXIT } from './exit-codes';
import { visible, type Io } from './io';

/** Prints the kernels, then every place looked at with what is wrong there and what would mend it. */
export function kernelsCommand(
  catalogue: KernelCatalogue,
  options: { readonly json: boolean },
  io: Io,
): number {
  if (options.json) {
    io.out(`${JSON.stringify(catalogue)}\n`);
    return EXIT.ok;
  }
  const rows = catalogue.kernels.map((kernel) => [
    visible(kernel.name),
    visible(kernel.displayName),
    visible(kernel.language),
    visible(kernel.program ?? 'built in'),
  ]);
  io.out('Kernels\n');
  io.out(formatTable(rows));
  io.out('\nPlaces looked at\n');
  for (const place of catalogue.places) io.out(formatPlace(place));
  return EXIT.ok;
}

function formatPlace({ path, exists, kernels, problems, note }: KernelPlace): string {
  const found =
    kernels.length > 0 ? kernels.map(visible).join(', ') : exists ? (note ?? 'no kernels') : 'not there';
  const faults = problems.map(({ name, reason, fix }) => {
    const mend = fix === null ? '' : `\n      ${visible(fix)}`;
    return `    ${visible(name)}: ${visible(reason)}${mend}\n`;
  });
  return `  ${visible(path)}  ${visible(found)}\n${faults.join('')}`;
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
