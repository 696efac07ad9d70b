interface Props {
  scrolls: boolean;
  onChange: (scrolls: boolean) => void;
}

/** Whether the lists scroll while they are measured. */
export function ScrollCheck({ scrolls, onChange }: Props) {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={scrolls}
        onChange={(event) => onChange(event.target.checked)}
      />
      Scroll by itself
    </label>
  );
}
