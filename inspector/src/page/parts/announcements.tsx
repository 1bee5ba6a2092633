import { useEffect, useRef, useState } from 'preact/hooks';
import type { Actor } from '../model/actor.ts';
import { stateOf } from '../model/job.ts';
import { lookOf } from '../model/looks.ts';

/** How often those who don't see the page are told something, at most, in milliseconds. */
const EVERY = 2000;

/** Tells those who don't see the page how the job that is looked at begins and ends, and those who have it in a tab of their browser. */
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
