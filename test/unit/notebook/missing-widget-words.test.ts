import { expect, it } from 'vitest';
import { missingWidgetWords } from '../../../shared/notebook/widgets/missing-words';

it('names the packages, says that nothing is loaded, and what a person can do', () => {
  expect(missingWidgetWords([])).toBeNull();
  const one = missingWidgetWords(['bqplot']);
  expect(one).toContain('needs code of bqplot,');
  expect(one).toContain('does not load from the network');
  expect(one).toContain('Installing it for the kernel does not change this; open the notebook in JupyterLab');
  expect(missingWidgetWords(['bqplot', 'ipyleaflet'])).toContain('code of bqplot and ipyleaflet,');
  expect(missingWidgetWords(['x'.repeat(5_000)])?.length).toBeLessThan(500);
});
