import type { JSX } from 'react';

/** A key combination as caps: `Ctrl Shift C`. Page Up is one key. */
export function KeyCaps(props: { readonly keys: string }): JSX.Element {
  return (
    <span className="kbds">
      {props.keys.split(/(?<!Page) /).map((cap, index) => (
        <kbd key={index} className="kbd">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
