import type { JobStore } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';

export interface Death {
  /** The number of the call at which the process dies, from 1. */
  readonly call: number;
  /** Whether that call still takes effect, although nobody learns of it. */
  readonly isLate: boolean;
}

/** A store of a process that dies: from then on, it answers nothing, and nothing reaches what it wraps. */
export function mortal(store: JobStore, { call, isLate }: Death): { store: JobStore; died: Promise<'died'> } {
  const { promise: died, resolve } = deferred<'died'>();
  let calls = 0;
  const silence = new Promise<never>(() => {});
  const wrapped = new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== 'function') {
        return member;
      }
      return (...args: unknown[]) => {
        calls += 1;
        if (calls < call) {
          return member.apply(target, args);
        }
        if (calls === call && isLate) {
          const end = () => resolve('died');
          Promise.resolve(member.apply(target, args)).then(end, end);
        } else {
          resolve('died');
        }
        return silence;
      };
    },
  });
  return { store: wrapped, died };
}
