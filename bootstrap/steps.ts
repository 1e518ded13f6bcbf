/** Says what is being done inside a step, for a person who waits. */
export type Progress = (doing: string) => void;

/** One named part of a longer job. Each is safe to repeat, and to be cut off anywhere. */
export interface Step {
  /** What a person reads: "Build Kubernetes", not a sentence. */
  readonly title: string;
  /** True when there is nothing left to do. Left out where `run` finds that out by itself. */
  done?(): Promise<boolean>;
  run(progress: Progress): Promise<void>;
}

/** What the runner tells of each step, in order. */
export interface StepReporter {
  started(title: string): void;
  progress(title: string, doing: string): void;
  finished(title: string, outcome: 'done' | 'nothing to do' | 'failed', milliseconds: number): void;
}

/** Runs the steps one after the other, leaving out those already done. The first failure ends the run. */
export async function runSteps(
  steps: readonly Step[],
  reporter: StepReporter,
  now: () => number = performance.now.bind(performance),
): Promise<void> {
  for (const step of steps) await runStep(step, reporter, now);
}

async function runStep(step: Step, reporter: StepReporter, now: () => number): Promise<void> {
  const start = now();
  reporter.started(step.title);
  try {
    const done = (await step.done?.()) ?? false;
    if (!done) await step.run((doing) => reporter.progress(step.title, doing));
    reporter.finished(step.title, done ? 'nothing to do' : 'done', now() - start);
  } catch (error) {
    reporter.finished(step.title, 'failed', now() - start);
    throw error;
  }
}
