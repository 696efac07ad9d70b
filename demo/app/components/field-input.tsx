import { useId } from 'react';
import type { FieldText } from '../fields.ts';
import type { Column } from '../page.ts';

export interface FieldInputProps {
  column: Column;
  text: FieldText;
  /** Of a pending edit of the field that somebody else changed. */
  policy: string;
  onChange: (text: FieldText) => void;
}

/** One field of a row's form. */
export function FieldInput({ column, text, policy, onChange }: FieldInputProps) {
  const id = useId();
  const hint = `${id}-hint`;
  const common = { id, 'aria-describedby': hint };
  return (
    <div className="field">
      <label htmlFor={id}>{column.label}</label>
      {typeof text === 'boolean' ? (
        <input
          {...common}
          type="checkbox"
          checked={text}
          onChange={(event) => onChange(event.target.checked)}
        />
      ) : column.choices ? (
        <select {...common} value={text} onChange={(event) => onChange(event.target.value)}>
          {column.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : (
        <input
          {...common}
          type={column.kind === 'number' || column.kind === 'amount' ? 'number' : 'text'}
          step="any"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
      <small id={hint}>{policy}</small>
    </div>
  );
}
