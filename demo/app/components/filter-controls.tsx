import { useId } from 'react';
import type { FilterTexts } from '../fields.ts';
import type { FilterControl } from '../page.ts';

export interface FilterControlsProps {
  controls: readonly FilterControl[];
  texts: FilterTexts;
  onChange: (field: string, text: string) => void;
}

/** Which rows the table shows. */
export function FilterControls({ controls, texts, onChange }: FilterControlsProps) {
  return (
    <search className="filters" aria-label="Filters">
      {controls.map((control) => (
        <Control
          key={control.field}
          control={control}
          text={texts[control.field] ?? ''}
          onChange={(text) => onChange(control.field, text)}
        />
      ))}
    </search>
  );
}

interface ControlProps {
  control: FilterControl;
  text: string;
  onChange: (text: string) => void;
}

function Control({
  control: { kind, label, choices = ['yes', 'no'] },
  text,
  onChange,
}: ControlProps) {
  const id = useId();
  const isTyped = kind === 'search' || kind === 'number';
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {isTyped ? (
        <input
          id={id}
          type={kind}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <select id={id} value={text} onChange={(event) => onChange(event.target.value)}>
          <option value="">all</option>
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
    </div>
  );
}
