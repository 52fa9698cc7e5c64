/** What packages of JupyterLab's form may share with this program, with its version as they ask for it. */
export const SHARED_VERSIONS = {
  '@jupyter-widgets/base': '6.0.12',
  '@jupyter-widgets/controls': '5.0.13',
  '@jupyter-widgets/output': '6.0.12',
  '@lumino/algorithm': '2.0.5',
  '@lumino/coreutils': '2.2.3',
  '@lumino/messaging': '2.0.5',
  '@lumino/signaling': '2.1.6',
  '@lumino/widgets': '2.10.0',
} as const;

export type SharedName = keyof typeof SHARED_VERSIONS;
