/*
 * A job of a workflow as the docs describe it; it shares no code with the machines and the checker. `promela.ts` defines ahead of it, as
 * macros, the options of the job, and for each task t, numbered in the order in which tasks become ready together:
 *
 *   is_waiting(t)                                                          whether a dependency has not completed
 *   may_return(t), may_throw(t), may_return_garbage(t), may_time_out(t)    how its attempts may end
 *   retries_at_once(t), backs_off(t), gives_up_error(t), gives_up_timeout(t)    what its retry policy may decide
 *   max_retries(t), continues(t)                                           its `maxRetries` and `continueOnFailure`
 *
 * Each step is atomic and leaves every process where it was. So the states that SPIN stores are those of the job at rest.
 */

mtype:job_state = { idle, started, job_completed, job_failed, job_cancelled, job_timed_out };
mtype:task_state = { unscheduled, ready, running, backing_off, completed, failed, cancelled, skipped };

mtype:job_state job = idle;
mtype:task_state state[TASKS] = unscheduled;
byte attempts[TASKS];
/* Whether it has backed off: its context keeps the length of the last backoff. */
bool delayed[TASKS];
/* The ready tasks, first in, first out. */
chan queue = [TASKS] of { byte };

/* How many slots are in use, and how many tasks are not settled: both follow from the states, so they add none. */
byte in_use = 0;
byte unsettled = TASKS;

/* Only used within a step. */
hidden byte i;
hidden byte next;

inline become_ready(t) {
  state[t] = ready;
  queue!t
}

inline schedule() {
  for (i : 0 .. TASKS - 1) {
    if
    :: state[i] == unscheduled && !is_waiting(i) -> become_ready(i)
    :: else
    fi
  }
}

inline grant_slots() {
  do
  :: len(queue) > 0 && in_use < SLOTS ->
    queue?next;
    state[next] = running;
    attempts[next]++;
    in_use++
  :: else -> break
  od
}

inline end_job(how) {
  job = how;
  in_use = 0;
  unsettled = 0;
  for (i : 0 .. TASKS - 1) {
    if
    :: state[i] == unscheduled -> state[i] = skipped
    :: state[i] == ready || state[i] == running || state[i] == backing_off -> state[i] = cancelled
    :: else
    fi
  }
  do
  :: len(queue) > 0 -> queue?next
  :: else -> break
  od
}

inline settle(t, how) {
  state[t] = how;
  in_use--;
  unsettled--;
  if
  :: unsettled == 0 -> job = job_completed
  :: else
  fi
}

inline fail(t) {
  if
  :: continues(t) -> settle(t, failed)
  :: else ->
    state[t] = failed;
    end_job(job_failed)
  fi
}

inline retry_or_fail(t, gives_up) {
  if
  :: attempts[t] <= max_retries(t) && retries_at_once(t) ->
    in_use--;
    become_ready(t)
  :: attempts[t] <= max_retries(t) && backs_off(t) ->
    in_use--;
    state[t] = backing_off;
    delayed[t] = true
  :: attempts[t] > max_retries(t) || gives_up -> fail(t)
  fi
}

/* A cancellation in the middle of a step takes effect once everything else is done, unless the job has ended. */
inline end_step() {
  grant_slots();
  if
  :: true
  :: CANCEL_MID_STEP && job == started -> end_job(job_cancelled)
  fi
}

/* Started first, so that the number of a process is that of its task. */
active [TASKS] proctype task() {
end:
  do
  :: atomic { state[_pid] == running && may_return(_pid) -> settle(_pid, completed); schedule(); end_step() }
  :: atomic { state[_pid] == running && may_throw(_pid) -> retry_or_fail(_pid, gives_up_error(_pid)); end_step() }
  :: atomic { state[_pid] == running && may_return_garbage(_pid) -> fail(_pid); end_step() }
  :: atomic { state[_pid] == running && may_time_out(_pid) -> retry_or_fail(_pid, gives_up_timeout(_pid)); end_step() }
  :: atomic { state[_pid] == backing_off -> become_ready(_pid); end_step() }
  od
}

active proctype outside() {
end:
  do
  :: atomic { job == idle -> job = started; schedule(); end_step() }
  :: atomic { CANCEL && (job == idle || job == started) -> end_job(job_cancelled) }
  :: atomic { JOB_TIMEOUT && job == started -> end_job(job_timed_out) }
  od
}
