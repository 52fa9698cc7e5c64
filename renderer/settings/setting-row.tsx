import { Switch } from '@base-ui/react/switch';
import { ChevronDown } from 'lucide-react';
import { useState, type JSX, type ReactNode } from 'react';
import type { Settings } from '../../shared/settings/contract';
import type { SettingEntry } from './setting-list';

export interface SettingRowProps {
  readonly entry: SettingEntry;
  readonly settings: Settings;
  readonly onSet: (changes: Partial<Settings>) => void;
}

/** One setting: what it does, and its value at the right. */
export function SettingRow({ entry, settings, onSet }: SettingRowProps): JSX.Element {
  switch (entry.control) {
    case 'switch':
      return (
        <Row entry={entry}>
          <Switch.Root
            className="switch"
            aria-label={entry.title}
            aria-describedby={wordId(entry)}
            checked={settings[entry.key]}
            onCheckedChange={(value) => onSet({ [entry.key]: value })}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
        </Row>
      );
    case 'choice':
      return (
        <Row entry={entry}>
          <span className="select">
            <select
              value={settings[entry.key]}
              aria-label={entry.title}
              aria-describedby={wordId(entry)}
              onChange={({ target }) => onSet({ [entry.key]: target.value })}
            >
              {entry.choices.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
            <ChevronDown className="icon icon-s" aria-hidden="true" />
          </span>
        </Row>
      );
    case 'number':
      return <NumberRow key={settings[entry.key]} entry={entry} settings={settings} onSet={onSet} />;
    case 'text':
      return <TextRow key={settings[entry.key]} entry={entry} settings={settings} onSet={onSet} />;
    case 'lines':
      return (
        <LinesRow key={settings[entry.key].join('\n')} entry={entry} settings={settings} onSet={onSet} />
      );
  }
}

type RowOf<C extends SettingEntry['control']> = SettingRowProps & {
  readonly entry: Extract<SettingEntry, { readonly control: C }>;
};

/** Give it a new key when its value changes elsewhere: what is typed is its own. */
function NumberRow({ entry, settings, onSet }: RowOf<'number'>): JSX.Element {
  const { key, least, most = Number.MAX_SAFE_INTEGER, unit, scale = 1 } = entry;
  const shown = String(Math.round(settings[key] / scale));
  const [text, setText] = useState(shown);
  const value = Number(text);
  const isValid = /^\d{1,12}$/.test(text) && value >= least && value <= most;
  const limits =
    entry.most === undefined
      ? `A whole number, at least ${least}`
      : `A whole number from ${least} to ${entry.most}`;
  // Rounded to its unit, a value of the file is not changed by looking at it.
  const keep = (): void => {
    if (isValid && text !== shown) onSet({ [key]: value * scale });
  };
  return (
    <Row entry={entry} problem={isValid ? null : limits}>
      <span className="setting-number">
        <input
          inputMode="numeric"
          aria-label={entry.title}
          aria-describedby={wordId(entry)}
          aria-invalid={!isValid}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onBlur={() => (isValid ? keep() : setText(shown))}
          onKeyDown={(event) => {
            if (event.key === 'Enter') keep();
            if (event.key === 'Escape') setText(shown);
          }}
        />
        <span className="setting-unit">{unit}</span>
      </span>
    </Row>
  );
}

/** Give it a new key when its value changes elsewhere: what is typed is its own. */
function TextRow({ entry, settings, onSet }: RowOf<'text'>): JSX.Element {
  const { key, most, otherwise } = entry;
  const shown = settings[key];
  const [text, setText] = useState(shown);
  const keep = (): void => {
    if (text.trim() !== shown) onSet({ [key]: text.trim() });
  };
  return (
    <Row entry={entry}>
      <span className="setting-text">
        <input
          aria-label={entry.title}
          aria-describedby={wordId(entry)}
          placeholder={otherwise}
          maxLength={most}
          spellCheck={false}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onBlur={keep}
          onKeyDown={(event) => {
            if (event.key === 'Enter') keep();
            if (event.key === 'Escape') setText(shown);
          }}
        />
      </span>
    </Row>
  );
}

/** Give it a new key when its value changes elsewhere: what is typed is its own. */
function LinesRow({ entry, settings, onSet }: RowOf<'lines'>): JSX.Element {
  const shown = settings[entry.key].join('\n');
  const [text, setText] = useState(shown);
  return (
    <Row entry={entry}>
      <textarea
        rows={3}
        aria-label={entry.title}
        aria-describedby={wordId(entry)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={() => {
          const lines = text.split('\n').map((line) => line.trim());
          const value = lines.filter(Boolean);
          if (value.join('\n') !== shown) onSet({ [entry.key]: value });
        }}
      />
    </Row>
  );
}

function Row(props: {
  readonly entry: SettingEntry;
  readonly problem?: string | null;
  readonly children: ReactNode;
}): JSX.Element {
  const { entry, problem = null } = props;
  return (
    <div className="setting" data-setting={entry.key}>
      <div className="grow">
        <p className="setting-title">{entry.title}</p>
        <p className={problem === null ? 'small muted' : 'small setting-problem'} id={wordId(entry)}>
          {problem ?? entry.word}
        </p>
      </div>
      {props.children}
    </div>
  );
}

function wordId(entry: SettingEntry): string {
  return `setting-${entry.key}`;
}
