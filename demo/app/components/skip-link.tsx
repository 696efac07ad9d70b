/** The first stop of the Tab key. No link: the address behind `#` is the page's route. */
export function SkipLink() {
  return (
    <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
      Skip to the content
    </button>
  );
}
