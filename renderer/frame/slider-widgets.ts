import {
  FloatLogSliderView,
  FloatRangeSliderView,
  FloatSliderView,
  IntRangeSliderView,
  IntSliderView,
  SelectionRangeSliderView,
  SelectionSliderView,
} from '@jupyter-widgets/controls';

/**
 * The package's sliders, with handles that have a name: it draws them without one, so that a screen reader says a number
 * of nothing.
 */
export const namedSliders: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries({
    FloatLogSliderView,
    FloatRangeSliderView,
    FloatSliderView,
    IntRangeSliderView,
    IntSliderView,
    SelectionRangeSliderView,
    SelectionSliderView,
  }).map(([name, view]) => [name, withName(view as unknown as typeof IntSliderView)]),
);

function withName(Base: typeof IntSliderView): typeof IntSliderView {
  return class extends Base {
    override render(): void {
      super.render();
      this.#name();
      // Turned to another orientation it is made anew.
      this.listenTo(this.model, 'change:description change:orientation', () => this.#name());
    }

    #name(): void {
      const handles = [...this.el.querySelectorAll('.noUi-handle')];
      const name = String(this.model.get('description') || 'Slider').slice(0, 200);
      handles.forEach((handle, index) => {
        const end = handles.length === 1 ? '' : index === 0 ? ', from' : ', to';
        handle.setAttribute('aria-label', `${name}${end}`);
      });
    }
  };
}
