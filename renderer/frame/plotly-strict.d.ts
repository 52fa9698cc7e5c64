declare module 'plotly.js-strict-dist-min' {
  interface Figure {
    readonly data: readonly unknown[];
    readonly layout: object;
    readonly frames: readonly unknown[];
    readonly config: object;
  }
  const Plotly: {
    newPlot(element: HTMLElement, figure: Figure): Promise<unknown>;
    react(element: HTMLElement, figure: Figure): Promise<unknown>;
    purge(element: HTMLElement): void;
  };
  // oxlint-disable-next-line import/no-default-export -- the library's own form
  export default Plotly;
}
