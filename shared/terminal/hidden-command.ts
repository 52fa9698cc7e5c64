/** A command that a person began with a space says that it is not to be kept, as shells have it of their histories. */
export function isHidden(command: string): boolean {
  return /^\s/.test(command);
}
