import { FRAME_URLS } from '../../../shared/notebook/outputs/frame-protocol';

/** True where a frame may go to this address by itself: our page stays, output frames load their own page once. */
export function mayNavigate(url: string, isMainFrame: boolean): boolean {
  return !isMainFrame && Object.values(FRAME_URLS).includes(url);
}
