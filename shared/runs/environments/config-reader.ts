import type { Node } from 'jsonc-parser';
import type * as z from 'zod';
import { describeIssue } from '../../settings/mistake-words';
import { credentialIn } from '../../vault/known-credentials';
import { jsonOf, membersOf, nodeAt, type CommentedJson } from './commented-json';
import type { ConfigFinding } from './library-config';

export type ConfigPath = readonly (string | number)[];

/** More are not listed: nobody reads them, and a hostile file could have a million. */
const MOST_FINDINGS = 100;

/** Reads a tree member by member; what is wrong is named by its line and left out, what is not known is kept and said. */
export class ConfigReader {
  readonly findings: ConfigFinding[] = [];
  #hasFault = false;

  constructor(private readonly file: CommentedJson) {}

  /** True when something keeps the file from being used; also when it is no more listed. */
  get hasFault(): boolean {
    return this.#hasFault;
  }

  fault(node: Node | null, path: ConfigPath, message: string): void {
    this.#hasFault = true;
    this.#say('fault', node, path, message);
  }

  note(node: Node | null, path: ConfigPath, message: string): void {
    this.#say('note', node, path, message);
  }

  /** The members of an object by name: the last of each counts. `known`: the names that mean something; null: all do. */
  members(node: Node, path: ConfigPath, known: readonly string[] | null): ReadonlyMap<string, Node> {
    const found = new Map<string, Node>();
    if (node.type !== 'object') {
      this.fault(node, path, `“${dotted(path)}” must be an object in { }.`);
      return found;
    }
    for (const { key, at, value } of membersOf(node)) {
      const place = [...path, key];
      if (known !== null && !known.includes(key)) {
        this.note(at, place, `“${dotted(place)}” means nothing here. It is kept and not used.`);
        continue;
      }
      if (found.has(key))
        this.note(at, place, `“${dotted(place)}” is there a second time. The last one counts.`);
      found.set(key, value);
    }
    return found;
  }

  /** The items of a list, at most `most`; a member that is not there has none. */
  items(node: Node | undefined, path: ConfigPath, most: number): readonly Node[] {
    if (node === undefined) return [];
    const items = node.type === 'array' ? (node.children ?? []) : null;
    if (items === null) this.fault(node, path, `“${dotted(path)}” must be a list in [ ].`);
    else if (items.length > most)
      this.fault(node, path, `“${dotted(path)}” has ${items.length} entries, at most ${most}.`);
    else return items;
    return [];
  }

  /** A value by its schema; undefined where it is not there or is wrong. Credentials are refused and not repeated. */
  value<S extends z.ZodType>(node: Node | undefined, path: ConfigPath, schema: S): z.output<S> | undefined {
    if (node === undefined) return undefined;
    const json = jsonOf(node);
    const credential = credentialIn(JSON.stringify(json));
    if (credential !== null) {
      this.fault(
        node,
        path,
        `“${dotted(path)}” looks like ${credential}. Keep it in a vault and name it here.`,
      );
      return undefined;
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const below = issue.path.filter((part) => typeof part !== 'symbol');
      const at = nodeAt(node, below) ?? node;
      const place = [...path, ...below];
      this.fault(at, place, `${describeIssue(dotted(place), jsonOf(at), issue)}.`);
    }
    return undefined;
  }

  #say(severity: ConfigFinding['severity'], node: Node | null, path: ConfigPath, message: string): void {
    if (this.findings.length >= MOST_FINDINGS) return;
    this.findings.push({
      severity,
      line: node === null ? 1 : this.file.lineOf(node.offset),
      path,
      message,
    });
  }
}

/** `environments.2.guard`: a place as people say it, counted from 1. Names of a file are shown in part. */
function dotted(path: ConfigPath): string {
  return path
    .map((part) =>
      typeof part === 'number' ? String(part + 1) : part.length > 60 ? `${part.slice(0, 59)}…` : part,
    )
    .join('.');
}
