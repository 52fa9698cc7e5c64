import type { NotebookHost } from '../document-context';
import type { OpenDocument } from '../document-store';
import { save } from '../file-actions';

/** Puts the state of the widgets that are shown into the notebook, and saves it: it is shown again without a kernel. */
export async function saveWidgets(open: OpenDocument, host: NotebookHost): Promise<void> {
  try {
    const document = await open.settled();
    const { models } = await open.engine.request('notebook.saveWidgetState', { document });
    if (models === 0) {
      host.confirm('No widgets to save');
      return;
    }
    if (!(await save(open))) return;
    host.confirm('Widgets saved');
  } catch (error) {
    open.say(error);
  }
}
