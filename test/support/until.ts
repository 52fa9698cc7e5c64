/** Waits until something holds; fails with `what` after a generous time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 100,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
