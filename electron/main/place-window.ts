/** A rectangle on the screens, in points. */
export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest size at which everything has its room. */
export const SMALLEST = { width: 1_100, height: 700 } as const;
const USUAL = { width: 1_440, height: 900 } as const;
/** So much of a title bar must be on a screen that a person can take hold of it. */
const HOLD = 80;

/**
 * Where a window goes: its old place where that is still on some screen, else the middle of the main one.
 *
 * @param areas the working areas of the screens, the main one first
 */
export function placeWindow(old: Bounds | null, areas: readonly Bounds[]): Bounds {
  if (old !== null && areas.some((area) => canBeHeld(old, area))) {
    return {
      ...old,
      width: Math.max(old.width, SMALLEST.width),
      height: Math.max(old.height, SMALLEST.height),
    };
  }
  const main = areas[0] ?? { x: 0, y: 0, ...USUAL };
  const width = Math.max(SMALLEST.width, Math.min(USUAL.width, main.width));
  const height = Math.max(SMALLEST.height, Math.min(USUAL.height, main.height));
  return {
    x: main.x + Math.max(0, Math.round((main.width - width) / 2)),
    y: main.y + Math.max(0, Math.round((main.height - height) / 2)),
    width,
    height,
  };
}

function canBeHeld(window: Bounds, area: Bounds): boolean {
  return (
    window.x + window.width >= area.x + HOLD &&
    window.x <= area.x + area.width - HOLD &&
    window.y >= area.y &&
    window.y <= area.y + area.height - HOLD
  );
}
