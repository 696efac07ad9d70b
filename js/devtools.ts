/** `tidemark/devtools`: a panel that shows what the library knows, and why. */
import { TidemarkDevtools as Devtools, type TidemarkDevtoolsProps } from './devtools/devtools.tsx';

export type { TidemarkDevtoolsProps };

const Nothing = (_props: TidemarkDevtoolsProps): null => null;

/** The panel while an app is developed; nothing where `NODE_ENV` is `production`. */
export const TidemarkDevtools: (props: TidemarkDevtoolsProps) => ReturnType<typeof Devtools> =
  process.env.NODE_ENV === 'production' ? Nothing : Devtools;

/** The panel, wherever it is. */
export { TidemarkDevtools as TidemarkDevtoolsInProduction } from './devtools/devtools.tsx';
