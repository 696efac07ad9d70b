// @vitest-environment jsdom
import { render } from '@testing-library/react';
import { version } from 'react';
import { version as domVersion } from 'react-dom';
import { expect, it } from 'vitest';

it('runs with React 18', () => {
  expect(version).toMatch(/^18\./);
  expect(domVersion).toMatch(/^18\./);
  const { container } = render(<p>{version}</p>);
  expect(container.textContent).toBe(version);
});
