/** What holds for every job, by the names that `builtins` and violations use. */
export const LAWS = {
  dependenciesComeFirst: 'a task is ready, runs and is called only after all its dependencies completed',
  slotsAreKept: 'never more tasks run than maxConcurrency allows',
  slotsAreUsed: 'no ready task waits while a slot is free',
  attemptsAreCounted: 'the attempts of a task are numbered from 1, and there are at most maxRetries + 1',
  transitionsAreLegal: 'each event tells a transition that the documentation has, from the state that the one before led to',
  calledWhenAnnounced: 'a function is called after its task.running event, once, and never in the step that ends the job',
  settledStaysSettled: 'what has settled changes no more, and leaves no timer, attempt or message behind',
  lateResultsAreDropped: 'the result of an attempt that is over changes nothing',
  timersAreArmed:
    'while an attempt that has a timeout, a backoff, or a job that has a timeout goes on, its timer is pending, and when it goes off something changes',
  booksAgree: 'what the job has counted is what its tasks are',
  jobAgreesWithTasks: 'the job ends as its tasks did',
  actorsStayHealthy: 'no machine fails, and no message is sent to nobody',
  completedRunsOnce: 'a task whose completion is on record is not called again, whatever crashes',
  recordIsKept:
    'nothing follows from what is not on record, and what is on record holds after a crash: outcomes, attempts used, backoffs, cancels',
  progress: 'while the job has not ended, an attempt or the timer of a task can move it',
  everyPathEnds: 'whatever happens, the job comes to an end',
} as const;

export type LawName = keyof typeof LAWS;

/** What breaks a property. */
export interface Breach {
  readonly property: string;
  readonly message: string;
}

/** What breaks a law. */
export const breach = (property: LawName, message: string): Breach => ({ property, message });
