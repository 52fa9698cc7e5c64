import { Ajv, type ValidateFunction } from 'ajv';
import { AJV_OPTIONS, schemasOf, type SchemaVersion } from './nbformat-schemas';

export interface NotebookValidators {
  /** Of a notebook without its cells. */
  readonly notebook: ValidateFunction;
  readonly cell: ValidateFunction;
}

const compiled = new Map<SchemaVersion, NotebookValidators>();

/**
 * What holds a notebook, and a cell of it, against the nbformat schema of a version.
 *
 * Compiles code from the schemas, a tenth of a second for each. The build puts what it compiled in the place of this
 * module (`build/nbformat-validators.mjs`), so that no engine spends it while a person waits for a runbook.
 */
export function validatorsFor(version: SchemaVersion): NotebookValidators {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const ajv = new Ajv(AJV_OPTIONS);
  const { notebook, cell } = schemasOf(version);
  const validators = { notebook: ajv.compile(notebook), cell: ajv.compile(cell) };
  compiled.set(version, validators);
  return validators;
}
