import { useEffect, useRef, useState } from 'preact/hooks';
import type { Actor } from '../model/actor.ts';
import { stateOf } from '../model/job.ts';
import { lookOf } from '../model/looks.ts';

/** The minimum time between announcements, in milliseconds. */
const EVERY = 2000;

/** Announces the state of the selected job to screen readers, and shows it in the title of the browser tab. */
export function Announcements({ root }: { readonly root: Actor | undefined }) {
  const text = root === undefined ? '' : `${root.id}: ${lookOf(stateOf(root)).word}`;
  useEffect(() => {
    document.title = text === '' ? 'tintype' : `${text} – tintype`;
  }, [text]);
  const [told, setTold] = useState('');
  const toldAt = useRef(0);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        toldAt.current = performance.now();
        setTold(text);
      },
      Math.max(0, toldAt.current + EVERY - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="unseen" role="status">
      {told}
    </p>
  );
}
