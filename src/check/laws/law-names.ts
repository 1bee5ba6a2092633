/** The laws that hold for every job, by the names that `builtins` and violations use. */
export const LAWS = {
  dependenciesComeFirst:
    'a task becomes ready, runs and is called only after all its dependencies have settled, and only if they allow it',
  decidedOnce:
    'a task decides as soon as all its dependencies have settled, and its condition is never evaluated again, even after a crash',
  conditionsAreKept:
    'a task whose condition holds runs, one whose condition does not is skipped, and one whose condition throws fails',
  skipsHaveCauses:
    'a skipped task reports the true reason: its condition, the end of the job, or the first task in workflow order that kept it from running',
  failuresAreHandled: 'after a failure, `finishRunning` starts no attempt, and `keepGoing` stops no task',
  effectsAreUndone:
    'if a job does not complete, it undoes exactly the tasks with an undo that completed or may have had an effect, except those blocked by the failed undo of a dependent',
  undoneInOrder:
    'a task is undone once, as soon as everything that depends on it has been undone and its aborted function has returned or the wait for it has timed out',
  finallyComesLast:
    'finally tasks run after everything else has settled and been undone, however the job ends, unless it is cancelled before it starts',
  endingIsKept:
    'once a job is undoing or finishing, neither a cancel nor a crash changes how it ends; only a failed finally task can, if the job was about to complete',
  undoIsReported:
    '`result.undo` is none if no task had to be undone, done if all that had to be were, and incomplete otherwise',
  contextIsFixed: 'a function sees what its ancestors returned and nothing else, the same in every order and after every crash',
  slotsAreKept: 'no more tasks run than maxConcurrency allows, not counting those whose outcome is saved',
  slotsAreUsed: 'no ready task waits while a slot is free',
  attemptsAreCounted: 'the attempts of a task are numbered from 1 to at most maxRetries + 1',
  transitionsAreLegal: 'each event reports a documented transition, starting from the state the previous event led to',
  calledWhenAnnounced:
    'a function is called exactly once after its task.running event, and never in the step that ends the job',
  settledStaysSettled: 'a settled task or job never changes and leaves no timer, attempt or message behind',
  lateResultsAreDropped: 'a result that arrives after its attempt has ended changes nothing',
  timersAreArmed: 'every timeout and backoff in effect has a pending timer, and something changes when it fires',
  booksAgree: 'the counters of the job match the states of its tasks',
  jobAgreesWithTasks: 'the outcome of the job matches the outcomes of its tasks',
  actorsStayHealthy: 'no machine fails, and every message reaches a machine that has not ended',
  completedRunsOnce: 'a task saved as completed is never called again, whatever crashes',
  recordIsKept:
    'nothing takes effect before it is saved, and everything saved survives a crash: decisions, outcomes, attempts used, backoffs, cancellations',
  savedOutcomesCount: 'an outcome that is saved reaches its task, even if the job is being stopped',
  endsAreSaved: 'a job emits its end only once the end is saved, and a job that leaves its process saves none',
  progress: 'until the job ends, an attempt or the timer of a task can move it forward',
  everyPathEnds: 'the job ends, whatever happens',
} as const;

/** The name of a law. */
export type LawName = keyof typeof LAWS;

/** A violation of a property. */
export interface Breach {
  readonly property: string;
  readonly message: string;
}

/** Makes a violation of a law. */
export const breach = (property: LawName, message: string): Breach => ({ property, message });
