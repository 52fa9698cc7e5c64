import type { ParameterLanguage } from './language';
import { literalOf } from './literals';

/**
 * An expression that asks for a secret by its name at the moment it runs. The value is in no file and in no record:
 * what stands in the notebook is this question.
 */
export function secretLookup(name: string, language: ParameterLanguage): string {
  const literal = literalOf(name, language);
  // Names of secrets are letters, digits and few signs (`checkValue`); nothing else gets here.
  if (literal.kind === 'refused') throw new Error(`a secret’s name can not be written: ${literal.reason}`);
  switch (language) {
    case 'python':
      // Leaves no name behind in the notebook's own; -1 is subprocess.PIPE.
      return `__import__("subprocess").run(["watchbook", "secret", "get", "--", ${literal.text}], check=True, stdout=-1, text=True).stdout.rstrip("\\n")`;
    case 'shell':
      return `"$(watchbook secret get -- ${literal.text})"`;
    case 'r':
      return `system2("watchbook", c("secret", "get", "--", shQuote(${literal.text})), stdout = TRUE)`;
  }
}
