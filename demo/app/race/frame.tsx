import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { contestants } from '../load/contestant.ts';
import '../styles/styles.css';
import { FramePage } from './frame-page.tsx';
import { PageLink } from './page-link.ts';

const wanted = new URLSearchParams(window.location.search).get('contestant');
const contestant = contestants.find(({ id }) => id === wanted);
const root = document.getElementById('root');
if (!root || !contestant) throw new Error(`nobody here is called ${wanted}`);

const link = new PageLink();
createRoot(root).render(
  <StrictMode>
    <FramePage contestant={contestant} link={link} />
  </StrictMode>,
);
