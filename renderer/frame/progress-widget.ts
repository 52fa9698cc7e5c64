import { ProgressView as BaseProgressView } from '@jupyter-widgets/controls';

/** A progress bar that says how far it is, not only shows it. */
export class ProgressView extends BaseProgressView {
  override update(): void {
    super.update();
    const bar = this.el.querySelector('.progress');
    if (bar === null) return;
    const number = (name: string): string => String(Number(this.model.get(name)));
    bar.setAttribute('role', 'progressbar');
    bar.setAttribute('aria-label', String(this.model.get('description') || 'Progress').slice(0, 200));
    bar.setAttribute('aria-valuemin', number('min'));
    bar.setAttribute('aria-valuemax', number('max'));
    bar.setAttribute('aria-valuenow', number('value'));
  }
}
