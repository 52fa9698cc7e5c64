import { durationWords } from '../notebook/time-words';

/** `~10m`, `~1m 50s`, `~5s`: what a step usually takes. */
export function estimateWords(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 10) return `~${whole}s`;
  return whole < 3600 && whole % 60 === 0 ? `~${whole / 60}m` : `~${durationWords(whole * 1000)}`;
}

/** `27m`, `1h 05m`, `40s`: rounded as far as a sum of guesses is worth. */
export function aboutWords(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m`;
}
