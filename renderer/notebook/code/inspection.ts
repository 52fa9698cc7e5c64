import { StateEffect, StateField, type EditorState } from '@codemirror/state';
import { showTooltip, type EditorView, type Tooltip } from '@codemirror/view';
import { SGR_PATTERN } from '../../../shared/notebook/outputs/sgr';

/** Asks the kernel for the documentation under `cursor`, as text with colour codes; null when there is none. */
export type Inspect = (code: string, cursor: number) => Promise<string | null>;

const setInspection = StateEffect.define<{ readonly pos: number; readonly text: string | null } | null>();

function tooltipAt(pos: number, text: string | null): Tooltip {
  return {
    pos,
    above: false,
    strictSide: false,
    arrow: false,
    create() {
      const dom = document.createElement('div');
      dom.className = 'inspection';
      if (text === null) {
        const note = document.createElement('p');
        note.className = 'inspection-note';
        note.textContent = 'The kernel knows nothing about this';
        dom.append(note);
      } else {
        const pre = document.createElement('pre');
        pre.textContent = text.replace(SGR_PATTERN, '');
        dom.append(pre);
      }
      return { dom };
    },
  };
}

const inspectionField = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setInspection)) {
        return effect.value === null ? null : tooltipAt(effect.value.pos, effect.value.text);
      }
    }
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

/** Shows what {@link startInspection} brings, until the cursor moves. */
export const inspectionTooltip = inspectionField;

/** True while a documentation tooltip is open. */
export function isInspecting(state: EditorState): boolean {
  return (state.field(inspectionField, false) ?? null) !== null;
}

/** Closes the documentation tooltip. */
export function closeInspection(view: EditorView): void {
  view.dispatch({ effects: setInspection.of(null) });
}

/** How much of a documentation is shown. */
export type InspectionPart = 'all' | 'signature';

/** The signature out of what a kernel says of a thing, one section of which it is; all of it where it has none. */
export function signatureOf(text: string): string {
  const plain = text.replace(SGR_PATTERN, '');
  const section = /^(?:(?:Init|Call) s|S)ignature:[ \t]*([^]*?)(?=^[A-Z][\w ]*:|$(?![^]))/m.exec(plain)?.[1];
  return section === undefined || section.trim() === '' ? plain : section.trim();
}

/** Asks for the documentation at the cursor and shows it there, if the cursor is still there. */
export function startInspection(view: EditorView, inspect: Inspect, part: InspectionPart): boolean {
  const { head } = view.state.selection.main;
  const { doc } = view.state;
  void inspect(doc.toString(), head).then((text) => {
    if (view.state.doc !== doc || view.state.selection.main.head !== head) return;
    const shown = text === null || part === 'all' ? text : signatureOf(text);
    view.dispatch({ effects: setInspection.of({ pos: head, text: shown }) });
  });
  return true;
}
