import { WebglAddon } from '@xterm/addon-webgl';
import type { Terminal } from '@xterm/xterm';
import type { Settings } from '../../shared/settings/contract';

export type TerminalGraphics = Settings['terminalGraphics'];

/** Drivers that compute in software, as on virtual machines: each picture then goes through the processor twice. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** Asked once: it costs a context. */
let hasCard: boolean | null = null;

/**
 * Lets a terminal be drawn by the graphics card where that is quicker than the page itself, which shows the same. With
 * a driver in software the page alone is about twice as quick.
 */
export function drawByGpu(terminal: Terminal, wanted: TerminalGraphics): void {
  if (wanted === 'off' || (wanted === 'auto' && !(hasCard ??= findCard()))) return;
  try {
    const gpu = new WebglAddon();
    // The driver took its context back: the page goes on by itself.
    gpu.onContextLoss(() => gpu.dispose());
    terminal.loadAddon(gpu);
  } catch {
    // No WebGL here.
  }
}

function findCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl2');
  if (context === null) return false;
  const info = context.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = context.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' && !SOFTWARE.test(name);
}
