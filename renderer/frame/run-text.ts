/** Runs a text as a script of this page, at once, by the nonce of this load. Answers what it failed with; null for nothing. */
export function runText(source: string): string | null {
  let fault: string | null = null;
  const onError = (event: ErrorEvent): void => {
    fault = event.message;
  };
  const script = document.createElement('script');
  script.nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
  script.textContent = source;
  // What webpack made asks for the address that it came from, and ends without one. There is nothing at this one.
  Object.defineProperty(script, 'src', { value: window.location.href });
  window.addEventListener('error', onError);
  try {
    document.head.append(script);
  } finally {
    window.removeEventListener('error', onError);
    script.remove();
  }
  return fault;
}
